import Lifecycle
import Postgres
import Vault

/// The notices "your space was erased", prepared in the transaction that erases: who is to be told is known for the last
/// time. Each is sealed under a key of its own and destroyed within a week, sent or not (docs/operations.md#notices).
struct ErasureNotices {
  /// No notice of an erasure outlives its space by more.
  static let lifetime: Duration = .seconds(7 * 86_400)

  private var notices: Set<ID<PlannedNotice>> = []
  private var deliveries: [ID<Delivery>] = []
  private var ofNotice: [ID<PlannedNotice>] = []
  private var spaces: [ID<Space>] = []
  private var participants: [ID<Participation>] = []
  private var codes: [String] = []
  private var keys: [Bytea] = []
  private var contacts: [Bytea] = []

  /// Reads who is to be told, while keys and people are there. The notices have been planned before.
  init(of erased: [ID<Space>], keys ring: KeyRing, _ transaction: WriteTransaction) throws {
    let rows = try transaction.all(
      """
      SELECT o.id, o.kind, s.id, k.wrapped_key, \(SealedContact.columns)
      FROM ohjaustila.space s
      JOIN ohjaustila.outbox o ON o.space_id = s.id AND o.participant_id IS NULL AND o.author_id IS NULL
        AND NOT o.expanded AND o.effective_at >= s.erases_at
      JOIN ohjaustila.space_secret k ON k.space_id = s.id
      JOIN ohjaustila.participant p ON p.space_id = s.id AND p.role = 'customer' AND p.left_at IS NULL
      LEFT JOIN ohjaustila.notice_contacts(\(erased)) n ON n.space_id = p.space_id AND n.participant_id = p.id
      WHERE s.id = ANY (\(erased))
      """
    ) { row in
      var cells = row.cells
      return (
        notice: try cells.next(as: ID<PlannedNotice>.self), code: try cells.next(as: String.self),
        space: try cells.next(as: ID<Space>.self), key: try cells.next(as: Bytea.self),
        contact: try SealedContact(&cells)
      )
    }
    for row in rows {
      notices.insert(row.notice)
      guard let contact = try Self.contact(row.contact, of: row.space, key: row.key, ring) else { continue }
      let delivery = ID<Delivery>.make()
      let sealed = contact.sealed(for: delivery, keys: ring)
      deliveries.append(delivery)
      ofNotice.append(row.notice)
      spaces.append(row.space)
      participants.append(row.contact.participation)
      codes.append(row.code)
      keys.append(sealed.wrappedKey)
      contacts.append(sealed.contact)
    }
  }

  /// - Returns: nil where nobody can be told: an erasure does not wait for a notice that can't be made. A copy that lacks a
  ///   master leaves it to one that has it.
  private static func contact(
    _ sealed: SealedContact, of space: ID<Space>, key: Bytea, _ ring: KeyRing
  ) throws -> NoticeContact? {
    do {
      let key = try ring.unwrap(WrappedKey(bytes: key.bytes), of: .space(space.uuid))
      return try sealed.opened(ring, SpaceCipher(key))
    } catch UnwrapError.unknownMaster(let id) {
      throw UnwrapError.unknownMaster(id)
    } catch is UnwrapError {
      return nil
    } catch is OpenError {
      return nil
    }
  }

  func enqueue(on transaction: WriteTransaction, at now: Instant) throws {
    guard !notices.isEmpty else { return }
    let until = now + Self.lifetime
    try transaction.enqueue(
      """
      UPDATE ohjaustila.outbox SET expanded = true, destroy_at = \(until) WHERE id = ANY (\(Array(notices)))
      """)
    try transaction.enqueue(
      """
      INSERT INTO ohjaustila.delivery (id, notice_id, space_id, participant_id, kind, wrapped_key, contact, created_at,
        due_at, give_up_at)
      SELECT u.*, \(now), \(now), \(until)
      FROM unnest(\(deliveries), \(ofNotice), \(spaces), \(participants), \(codes), \(keys), \(contacts)) u
      """)
  }
}

extension GuidanceStore {
  /// Destroys notices of erasures that could not be sent in their time, with their keys.
  func destroyOldNotices() async throws {
    _ = try await scheduler.write(preamble: [stating(nil)]) { transaction in
      try transaction.execute("DELETE FROM ohjaustila.outbox WHERE destroy_at <= ohjaustila.instant_now()")
    }
  }
}
