public import Lifecycle
import Postgres

/// A member's rights that nobody has used or confirmed for a while.
public struct UnusedRights: Sendable {
  /// What the organisation's staff issuer calls them.
  public let subject: String
  /// Their name.
  public let name: String
  /// What they may be there.
  public let roles: [StaffRole]
  /// The last local day with a request of theirs; nil when there was none.
  public let lastUsedOn: CivilDate?
  /// When an admin last appointed or confirmed them.
  public let reviewedOn: CivilDate
  /// The last day with these rights; nil for the admin who came last, whose rights never end by themselves.
  public let lastDay: CivilDate?
  /// The instant they end, at that day's end.
  public let endsAt: Instant?
}

extension GuidanceStore {
  /// The rights that end by themselves unless somebody uses or confirms them, those that end first at the head; none
  /// where the policy has no such rule.
  ///
  /// A member's use is a request of theirs, of whatever kind and in whichever organisation.
  ///
  /// - Throws: `Refusal.notFound` unless the caller is an admin of the organisation.
  public func unusedRights(in organisation: ID<Organisation>, for caller: Caller) async throws -> [UnusedRights] {
    _ = try await staffIssuer(of: organisation, seenBy: caller)
    guard let review = accessReview else { return [] }
    let listed = review.listedThrough(at: clock.now, zone: zone)
    return try await service.readOnce([
      stating(caller),
      """
      SELECT m.subject, m.name, m.roles, m.last_used_on, m.reviewed_on, greatest(m.reviewed_on, m.last_used_on),
        'admin' = ANY (m.roles) AND NOT EXISTS (SELECT FROM ohjaustila.staff_member o
          WHERE o.organisation_id = m.organisation_id AND 'admin' = ANY (o.roles)
            AND (greatest(o.reviewed_on, o.last_used_on), o.account_id)
              > (greatest(m.reviewed_on, m.last_used_on), m.account_id))
      FROM ohjaustila.staff_member m
      WHERE m.organisation_id = \(organisation) AND cardinality(m.roles) > 0
        AND greatest(m.reviewed_on, m.last_used_on) <= \(listed)
      ORDER BY greatest(m.reviewed_on, m.last_used_on), m.account_id
      """,
    ]) { rows in try rows[1].map { try UnusedRights($0, review, self.zone) } }
  }

  /// Confirms the rights of some members and ends those of others, who stay on the staff without any.
  ///
  /// - Throws: `Refusal.notFound` unless the caller is an admin of the organisation; `invalid` for a subject that names
  ///   no member with rights, or stands in both lists; `lastOne` when no admin would be left.
  public func reviewAccess(
    in organisation: ID<Organisation>, renew: [String], end: [String], by caller: Caller
  ) async throws {
    for subject in renew { try Refusal.check(subject, field: "/renew") }
    for subject in end {
      try Refusal.check(subject, field: "/end")
      guard !renew.contains(where: { ExactText($0) == ExactText(subject) }) else {
        throw Refusal.invalid(field: "/end", rule: "names nobody who is to be renewed")
      }
    }
    defer { events.announceMany() }
    try await asAdmin {
      try await self.service.write(preamble: [self.stating(caller)]) { transaction in
        let unknown = try transaction.exactlyOne(
          """
          SELECT ohjaustila.review_access(\(organisation), \(renew), \(end), \(self.zone.date(of: self.clock.now)))
          """
        ) { try $0.get(0, as: [String].self) }
        guard let subject = unknown.first.map(ExactText.init) else { return }
        let field = renew.contains { ExactText($0) == subject } ? "/renew" : "/end"
        throw Refusal.invalid(field: field, rule: "names members of the staff who have rights")
      }
    }
  }

  /// Ends every right whose time is over, in batches of their own transactions.
  ///
  /// - Returns: how many members lost theirs.
  func endUnusedRights() async throws -> Int {
    guard let lapsed = accessReview?.lapsedThrough(at: clock.now, zone: zone) else { return 0 }
    var ended = 0
    var done: Int
    repeat {
      done = try await scheduler.write(preamble: [stating(nil)]) { transaction in
        try transaction.exactlyOne("SELECT ohjaustila.end_unused_rights(\(lapsed), NULL, \(Self.rightsAtOnce))") {
          try $0.get(0, as: Int.self)
        }
      }
      ended += done
    } while done == Self.rightsAtOnce
    if ended > 0 { events.announceMany() }
    return ended
  }

  private static let rightsAtOnce = 500
}

extension UnusedRights {
  fileprivate init(_ row: Row, _ review: AccessReview, _ zone: CivilZone) throws {
    var cells = row.cells
    (subject, name, roles) = (try cells.next(), try cells.next(), try cells.next())
    (lastUsedOn, reviewedOn) = (try cells.next(), try cells.next())
    let end = review.ended(after: try cells.next(), zone: zone)
    let isKept: Bool = try cells.next()
    lastDay = isKept ? nil : end.lastDay
    endsAt = isKept ? nil : end.boundary
  }
}
