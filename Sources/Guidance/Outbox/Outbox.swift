public import Lifecycle
import Postgres
import Vault

/// A notice or invitation that waits to be sent, as a developer sees it.
public struct OutboxItem: Sendable {
  /// `invitation`, or the code of a notice in the policy.
  public let kind: String
  /// The space it is about.
  public let space: ID<Space>
  /// When it was due.
  public let effectiveAt: Instant
  /// The boundary it speaks of.
  public let boundaryAt: Instant?
  /// When it was planned.
  public let createdAt: Instant
  /// The address it would go to and the code it carries, where it is an invitation.
  public let email: String?
  /// The invitation's code.
  public let invitation: String?
}

extension GuidanceStore {
  /// What would be sent, newest last: for development only. Production has no route to it.
  public func developmentOutbox(limit: Int = 200) async throws -> [OutboxItem] {
    precondition(clock.isMovable, "production never shows its outbox")
    return try await scheduler.readOnce([
      stating(nil),
      """
      SELECT * FROM (
        SELECT o.id, o.kind, o.space_id, o.participant_id, o.effective_at, o.boundary_at, o.created_at, o.payload,
          p.email, k.wrapped_key
        FROM ohjaustila.outbox o
        LEFT JOIN ohjaustila.space_secret k ON k.space_id = o.space_id
        LEFT JOIN ohjaustila.participant p ON p.space_id = o.space_id AND p.id = o.participant_id
        ORDER BY o.created_at DESC, o.id DESC LIMIT \(limit)) newest
      ORDER BY created_at, id
      """,
    ]) { rows in try rows[1].map { try OutboxItem($0, keys: self.keys) } }
  }
}

extension OutboxItem {
  fileprivate init(_ row: Row, keys: KeyRing) throws {
    var cells = row.cells
    let id: ID<PlannedNotice> = try cells.next()
    let kind: String = try cells.next()
    let space: ID<Space> = try cells.next()
    let participation: ID<Participation>? = try cells.next()
    let (effectiveAt, boundaryAt): (Instant, Instant?) = try (cells.next(), cells.next())
    let createdAt: Instant = try cells.next()
    let (payload, sealedEmail, wrapped): (Bytea?, Bytea?, Bytea?) = try (cells.next(), cells.next(), cells.next())
    let cipher = try wrapped.map { wrapped in
      SpaceCipher(try keys.unwrap(WrappedKey(bytes: wrapped.bytes), of: .space(space.uuid)))
    }
    let email = try participation.flatMap { try cipher?.open(sealedEmail, .participantEmail($0)) }
    self.init(
      kind: kind, space: space, effectiveAt: effectiveAt, boundaryAt: boundaryAt, createdAt: createdAt, email: email,
      invitation: try cipher?.open(payload, .invitation(id)))
  }
}
