public import Foundation
public import Lifecycle
import Postgres

/// What a data protection officer looks for in the access log; what is nil does not matter.
public struct AccessSearch: Sendable {
  /// Looks at this space, also when it has been erased.
  public var space: ID<Space>?
  /// Looks by this account, or by the customer in this place of a space.
  public var principal: UUID?
  /// No earlier than this.
  public var from: Instant?
  /// Earlier than this.
  public var to: Instant?

  /// A search.
  public init(space: ID<Space>? = nil, principal: UUID? = nil, from: Instant? = nil, to: Instant? = nil) {
    (self.space, self.principal, self.from, self.to) = (space, principal, from, to)
  }
}

/// An entry of the access log as an officer reads it.
public struct FoundAccess: Sendable {
  /// What was written down.
  public let entry: AccessEntry
  fileprivate let place: AccessPlace
}

extension GuidanceStore {
  /// Who looked at what is an organisation's own, newest first, for its data protection officers.
  ///
  /// Their own search goes into the log too, before they get an answer.
  ///
  /// - Throws: `Refusal.forbidden(.role)` for who is no officer anywhere.
  public func accessLog(
    _ search: AccessSearch, _ page: PageRequest, for caller: Caller
  ) async throws -> Page<FoundAccess> {
    guard caller.isStaff, let principal = caller.uuid else { throw Refusal.forbidden(.role) }
    let before = try AccessPlace(page)
    let (organisations, owner, now, found) = try await dpo.readOnce([
      stating(caller),
      """
      SELECT organisation_id FROM ohjaustila.my_organisation
      WHERE principal = ohjaustila.principal() AND role = 'dataProtectionOfficer'
      """,
      // Row-level security leaves the officer's own organisations only.
      """
      SELECT organisation_id FROM ohjaustila.space WHERE id = \(search.space)
      UNION ALL SELECT organisation_id FROM ohjaustila.tombstone WHERE space_id = \(search.space) LIMIT 1
      """,
      "SELECT ohjaustila.instant_now()",
      Self.selection(search, before, limit: page.limit + 1),
    ]) { rows in
      try (
        rows[1].map { try $0.get(0, as: ID<Organisation>.self) },
        rows[2].first?.get(0, as: ID<Organisation>.self), rows[3].exactlyOne().get(0, as: Instant.self),
        rows[4].map(FoundAccess.init)
      )
    }
    guard !organisations.isEmpty else { throw Refusal.forbidden(.role) }
    for organisation in organisations {
      // A space is named in the log of its own organisation only: its customer reads there who looked.
      try await accesses.commit(
        AccessEntry(
          at: now, by: caller, principal, role: SpaceRole.dataProtectionOfficer.rawValue, organisation: organisation,
          space: organisation == owner ? search.space : nil, .accessLog))
    }
    return Page(found, limit: page.limit) { (access: FoundAccess) in access.place.text }
  }

  /// A page of each of the officer's organisations by its index, and of these the newest.
  private static func selection(_ search: AccessSearch, _ before: AccessPlace, limit: Int) -> Query {
    """
    SELECT found.* FROM ohjaustila.my_organisation mine
    CROSS JOIN LATERAL (
      SELECT e.chain, e.batch, e.number, e.at, e.principal, e.role, e.organisation_id, e.space_id, e.participant_id,
        e.what, e.object_id, host(e.address), e.request_id, e.outcome
      FROM ohjaustila.access_entry e
      WHERE e.organisation_id = mine.organisation_id AND e.at <= \(before.at)
        AND (e.at, e.chain, e.batch, e.number)
          < (\(before.at), \(before.chain), \(before.batch), \(Int32(before.number)))
        AND \(condition(search))
      ORDER BY e.at DESC, e.chain DESC, e.batch DESC, e.number DESC LIMIT \(limit)) AS found
    WHERE mine.principal = ohjaustila.principal() AND mine.role = 'dataProtectionOfficer'
    ORDER BY found.at DESC, found.chain DESC, found.batch DESC, found.number DESC LIMIT \(limit)
    """
  }

  private static func condition(_ search: AccessSearch) -> Query {
    var condition: Query = "true"
    if let space = search.space { condition = "\(condition) AND e.space_id = \(space)" }
    if let principal = search.principal { condition = "\(condition) AND e.principal = \(principal)" }
    if let from = search.from { condition = "\(condition) AND e.at >= \(from)" }
    if let to = search.to { condition = "\(condition) AND e.at < \(to)" }
    return condition
  }
}

extension FoundAccess {
  fileprivate init(_ row: Row) throws {
    var cells = row.cells
    let (chain, batch, number): (Int, Int, Int32) = try (cells.next(), cells.next(), cells.next())
    entry = try AccessEntry(&cells)
    place = AccessPlace(at: entry.at, chain: chain, batch: batch, number: Int(number))
  }
}
