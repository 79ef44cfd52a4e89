import Lifecycle
import Postgres

extension GuidanceStore {
  /// A space's messages in the order written, from after the cursor on.
  public func messages(
    of space: ID<Space>, _ page: PageRequest, for caller: Caller
  ) async throws -> Page<Message> {
    let after = try page.number()
    let messages = try await reading(
      space, by: caller, to: .readContent,
      [
        Message.selection(space, "m.number > \(after) ORDER BY m.number LIMIT \(page.limit + 1)"),
        Participant.selection(of: space),
      ]
    ) { access, rows in
      let cipher = try self.cipher(of: access)
      let senders = try Senders(rows[1], cipher)
      return try rows[0].map { try Message($0, cipher, senders) }
    }
    return Page(messages, limit: page.limit, next: { String($0.number) })
  }

  /// One message.
  func message(_ id: ID<Message>, in space: ID<Space>, for caller: Caller) async throws -> Message {
    try await reading(
      space, by: caller, to: .readContent,
      [Message.selection(space, "m.id = \(id)"), Participant.selection(of: space)]
    ) { access, rows in
      guard let row = try rows[0].optionalOne() else { throw Refusal.notFound }
      let cipher = try self.cipher(of: access)
      return try Message(row, cipher, Senders(rows[1], cipher))
    }
  }
}

extension Message {
  static func selection(_ space: ID<Space>, _ condition: Query) -> Query {
    """
    SELECT m.number, m.id, m.participant_id, m.sent_at, m.body, m.removed_at FROM ohjaustila.message m
    WHERE m.space_id = \(space) AND \(condition)
    """
  }

  init(_ row: Row, _ cipher: SpaceCipher, _ senders: Senders) throws {
    var cells = row.cells
    let (number, id): (Int, ID<Message>) = try (cells.next(), cells.next())
    let sender = senders[try cells.next()]
    let sentAt: Instant = try cells.next()
    let body: Bytea? = try cells.next()
    try self.init(
      number: number, id: id, text: cipher.open(body, .message(id)), sentAt: sentAt, removedAt: cells.next(),
      sender: sender)
  }
}

/// The participants of a space as the senders of what is in it.
struct Senders: Sendable {
  private let senders: [ID<Participation>: Sender]
  /// As participants, in the order they were added.
  let participants: [Participant]

  init(_ rows: Rows, _ cipher: SpaceCipher) throws {
    participants = try rows.map { try ParticipantRow($0).opened(cipher) }
    senders = Dictionary(
      uniqueKeysWithValues: participants.map { ($0.id, Sender(participation: $0.id, role: $0.role, name: $0.name)) })
  }

  subscript(_ id: ID<Participation>) -> Sender {
    // The foreign key sees to it that the participant exists.
    senders[id] ?? Sender(participation: id, role: .customer, name: nil)
  }
}
