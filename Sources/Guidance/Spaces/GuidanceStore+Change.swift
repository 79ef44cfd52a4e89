import Lifecycle
import Logging
import Postgres

extension GuidanceStore {
  /// Changes one space in one transaction of two round trips: lock and read, decide, write and commit.
  ///
  /// Carries out what is due, counts a customer's request as their authentication, and asks the permission table, all
  /// before `body` decides.
  ///
  /// - Parameters:
  ///   - standing: what the caller comes as; decides the login role.
  ///   - action: what the permission table is asked about.
  ///   - expected: the entity tag the caller read, when the request came with If-Match.
  ///   - request: the client's key for a repeatable POST.
  ///   - membership: holds a place on a staff, and
  ///   - person: finds or makes a person and locks them: both before the space, as everywhere.
  ///   - body: decides and queues the writes.
  /// - Throws: `Refusal`; `Repetition` when the request was carried out before.
  func change<R: Sendable>(
    _ id: ID<Space>, by caller: Caller, as standing: Standing = .own, to action: Action,
    ifMatch expected: String? = nil, request: RequestKey? = nil, holding membership: Query? = nil,
    ensuring person: Query? = nil,
    _ body: @escaping @Sendable (SpaceChange) throws -> R
  ) async throws -> R {
    guard caller.uuid != nil else { throw Refusal.notFound }
    let repeatable = request.map { idempotency($0, of: caller) }
    let (result, isJournaled) = try await changing(id, by: caller, as: standing) { transaction in
      let ahead = [repeatable?.claim, membership, person].compactMap { $0 }
      let behind = [SpaceAccess.lock(id), standing.load(id)] + [repeatable?.earlier].compactMap { $0 }
      let rows = try transaction.pipeline(ahead + behind)
      let access = try SpaceAccess(rows[ahead.count + 1])
      if let repeatable, let earlier = rows.last { try repeatable.check(earlier) }
      let ensured = try person.map { _ in try rows[ahead.count - 1].exactlyOne().get(0, as: ID<Person>.self) }
      let change = try SpaceChange(access, caller: caller, person: ensured, store: self, transaction: transaction)
      try change.carryOutCrossings()
      try change.recordAuthentication()
      try Permissions.check(
        action, roles: access.roles, state: change.state, restricted: access.space.isRestricted,
        since: change.timeline.beginning(of: change.state))
      try change.expect(expected)
      let result = try body(change)
      if let repeatable {
        try change.enqueue(repeatable.forget)
        try change.enqueue(repeatable.remember(resource: change.resource, space: id, status: 200))
      }
      try change.finish()
      return (result, change.head != change.space.journal)
    }
    if isJournaled { events.announce(id) }
    return result
  }

  /// Runs a change's transaction and says in the service's own words what the database refuses of it.
  private func changing<R: Sendable>(
    _ id: ID<Space>, by caller: Caller, as standing: Standing,
    _ body: @escaping @Sendable (WriteTransaction) throws -> R
  ) async throws -> R {
    do {
      return try await repeatably {
        try await database(standing).write(preamble: [stating(caller, space: id)], body)
      }
    } catch let error as PostgresError
      where error.sqlState == .insufficientPrivilege || error.sqlState == .guardFailed
    {
      // The right ended between the two round trips: a boundary, a dismissal. Row-level security had the last word.
      logger.notice("a right ended while a space was being changed", metadata: ["error": "\(error)"])
      throw Refusal.notFound
    }
  }
}

extension SpaceChange {
  /// Refuses when the space is no longer what the caller read, also when only a boundary was crossed since.
  fileprivate func expect(_ tag: String?) throws {
    guard let tag else { return }
    guard tag == SpaceView.entityTag(version: space.version, state: state, roles: access.roles) else {
      throw Refusal.preconditionFailed
    }
  }

  /// A customer's request on a space is their authentication into it, of the token's `auth_time`; at most one a local day
  /// is written.
  func recordAuthentication() throws {
    guard caller.person != nil, let participation = access.participation,
      let authenticated = caller.identity.authenticatedAt, access.authenticationIsNews(authenticated, zone: zone)
    else { return }
    let name = try sealedOwnName()
    // The day, from which the deadlines count, may be the one before: with it the journal explains the timeline alone.
    try record(
      .customerAuthenticated(authTime: authenticated),
      details: [
        ("participant", participation.description), ("authenticatedOn", zone.date(of: authenticated).description),
      ])
    // Who entered when, and under which name, is in the archive.
    if access.enteredAt == nil { touchContent() }
    touchVersion()
    try enqueueUpdatingOne(
      """
      UPDATE ohjaustila.participant SET last_authenticated_at = greatest(last_authenticated_at, \(authenticated)),
        entered_at = coalesce(entered_at, \(now)), name = coalesce(name, \(name))
      WHERE space_id = \(space.id) AND id = \(participation)
      """)
  }
}

extension SpaceAccess {
  /// Whether a customer's authentication has anything to write: the first ever, or the first of its local day.
  func authenticationIsNews(_ authenticated: Instant, zone: CivilZone) -> Bool {
    guard let last = lastAuthenticatedAt, enteredAt != nil else { return true }
    return zone.date(of: authenticated) > zone.date(of: last)
  }
}
