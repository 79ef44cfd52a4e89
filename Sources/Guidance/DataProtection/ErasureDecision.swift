import Lifecycle
import Postgres

/// What is destroyed of one customer of several, beside their identity, address and feedback.
public struct ParticipantErasure: Sendable {
  /// Whose.
  public let participant: ID<Participation>
  /// The text of their messages; a placeholder keeps the order and says that something was removed.
  public let messages: Bool
  /// Their files.
  public let files: Bool

  /// A decision about one customer of a space.
  public init(participant: ID<Participation>, messages: Bool, files: Bool) {
    self.participant = participant
    self.messages = messages
    self.files = files
  }
}

/// A space after one of its customers was erased.
public struct SpaceAfterErasure: Sendable {
  /// The envelope.
  public let space: SpaceView
  /// Places of which it is forgotten whose they were, and from which messages' text or files are left. Who was invited
  /// anew after such an erasure may have had one: nothing says so any more, and only a decision that names it reaches it.
  public let namelessPlaces: [ID<Participation>]

  fileprivate static func namelessPlaces(of space: ID<Space>) -> Query {
    "SELECT ohjaustila.nameless_places(\(space))"
  }
}

extension GuidanceStore {
  /// Decides that a whole space is erased (GDPR 17): gone for everybody at once, its key and content destroyed by the
  /// sweep that follows.
  ///
  /// - Returns: the last that anybody sees of it.
  /// - Throws: `Refusal.holdStands` and `restricted` while content must be kept.
  public func erase(
    _ id: ID<Space>, by caller: Caller, ifMatch expected: String? = nil, request: RequestKey? = nil
  ) async throws -> SpaceView {
    do {
      return try await decide(id, by: caller, to: .erase, ifMatch: expected, request: request) { change in
        try change.record(.erasureDecided)
        return change.envelope
      }
    } catch is Repetition {
      // Today's rights decide what a repetition shows, and there is nothing left to see.
      throw Refusal.notFound
    }
  }

  /// Decides that one customer of several is erased; the space lives on. Was it their last space, the person goes too.
  ///
  /// The content stays sealed under the space's own key, which lives: what was removed is gone from the tables at once,
  /// from the disk when PostgreSQL cleans up, and from backups when they expire. The next sweep writes it into the
  /// ledger, and a restored backup loses it again.
  ///
  /// All places in the space that are known as theirs are erased, also such as ended, and also when an earlier decision
  /// left nothing but that these were one person's. Who was invited anew after that is another person here: an erasure
  /// leaves nothing to know them by.
  ///
  /// - Throws: `Refusal.lastOne` for the space's only customer, or the only one who ever entered: that decision is the
  ///   whole space's.
  public func erase(
    _ erasure: ParticipantErasure, of id: ID<Space>, by caller: Caller, ifMatch expected: String? = nil,
    request: RequestKey? = nil
  ) async throws -> SpaceAfterErasure {
    let nameless = SpaceAfterErasure.namelessPlaces(of: id)
    do {
      return try await decide(id, by: caller, to: .erase, ifMatch: expected, request: request) { change in
        try change.erase(erasure)
        return SpaceAfterErasure(
          space: change.envelope, namelessPlaces: try change.all(nameless) { try $0.get(0) })
      }
    } catch is Repetition {
      return try await readingAsOfficer(id, by: caller, to: .read, [nameless]) { access, rows in
        SpaceAfterErasure(
          space: try self.view(of: access, participants: []),
          namelessPlaces: try rows[rows.startIndex].map { try $0.get(0) })
      }
    }
  }
}

extension SpaceChange {
  fileprivate func erase(_ erasure: ParticipantErasure) throws {
    do {
      try life.requireErasable(at: now, policy: policy, zone: zone)
    } catch {
      throw Refusal(error)
    }
    let isLast = try all(
      """
      SELECT ohjaustila.is_last_customer(p.space_id, p.id) FROM ohjaustila.participant p
      WHERE p.space_id = \(space.id) AND p.id = \(erasure.participant) AND p.role = 'customer'
      """
    ) { try $0.get(0, as: Bool.self) }
    guard let isLast = isLast.first else {
      throw Refusal.invalid(field: "/participant", rule: "is a customer of this space")
    }
    guard !isLast else { throw Refusal.lastOne("the only customer of a space is erased with the whole space") }
    try journal(
      "participantErased",
      details: [
        ("participant", erasure.participant.description), ("messages", "\(erasure.messages)"),
        ("files", "\(erasure.files)"),
      ])
    touchEnvelope()
    try enqueue(
      """
      SELECT ohjaustila.erase_participant(\(space.id), \(erasure.participant), \(erasure.messages), \(erasure.files),
        \(now))
      """)
  }
}
