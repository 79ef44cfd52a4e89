import Lifecycle
import Postgres

extension GuidanceStore {
  /// Writes a message into a space, seals it, journals it.
  ///
  /// - Parameter text: 1–20,000 Unicode scalars.
  /// - Throws: `Refusal` when the caller may not write there now; `spaceFull` for one message too many.
  public func postMessage(
    _ text: String, to space: ID<Space>, by caller: Caller, request: RequestKey? = nil
  ) async throws -> Message {
    guard !text.isEmpty, text.unicodeScalars.count <= Message.maximumLength else {
      throw Refusal.invalid(field: "/text", rule: "has 1 to \(Message.maximumLength) characters")
    }
    try Refusal.check(text, field: "/text")
    do {
      return try await change(space, by: caller, to: .write, request: request) { change in
        try Self.insert(text, change)
      }
    } catch let repetition as Repetition {
      return try await message(repetition.resource(Message.self), in: space, for: caller)
    }
  }

  private static func insert(_ text: String, _ change: SpaceChange) throws -> Message {
    try change.requireRoomForMessage()
    let (id, number) = (ID<Message>.make(), change.nextMessageNumber())
    let author = try change.participation()
    let body = try change.cipher().seal(text, .message(id))
    try change.enqueue(
      """
      INSERT INTO ohjaustila.message (space_id, number, id, participant_id, sent_at, body)
      VALUES (\(change.space.id), \(number), \(id), \(author), \(change.now), \(Bytea(body)))
      """)
    try change.enqueue(MessageNotices.insertion(space: change.space.id, author: author, at: change.now))
    try change.journal("messagePosted", details: [("message", id.description)])
    change.resource = id.uuid
    return Message(
      number: number, id: id, text: text, sentAt: change.now, removedAt: nil,
      sender: Sender(participation: author, role: change.participantRole, name: try change.ownName()))
  }
}
