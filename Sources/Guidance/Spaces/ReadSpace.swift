import Lifecycle
import Postgres
import Vault

extension GuidanceStore {
  /// One space as the caller sees it.
  ///
  /// A customer's read is their authentication into the space: the first of a local day is written first.
  ///
  /// - Throws: `Refusal.notFound` where there is none, or the caller may not know that there is.
  public func space(_ id: ID<Space>, for caller: Caller) async throws -> SpaceView {
    try await elseAsOfficer(caller) {
      try await reading(id, by: caller, [Participant.selection(of: id)]) { access, rows in
        try self.view(of: access, participants: rows[0].map(ParticipantRow.init))
      }
    } officer: {
      try await readingAsOfficer(id, by: caller, to: .read, []) { access, _ in
        try self.view(of: access, participants: [])
      }
    }
  }

  /// Each deadline of a space explained, for whoever sees it.
  public func timeline(of id: ID<Space>, for caller: Caller) async throws -> TimelineView {
    let explain: @Sendable (SpaceAccess, ArraySlice<Rows>) throws -> TimelineView = { access, _ in
      let policy = try self.policies.policy(register: access.space.register, version: access.space.policyVersion)
      return TimelineView(
        space: access.space, policy: policy, explanation: access.space.life.explanation(policy, self.zone),
        now: access.now)
    }
    return try await elseAsOfficer(caller) {
      try await reading(id, by: caller, to: .readTimeline, [], explain)
    } officer: {
      try await readingAsOfficer(id, by: caller, to: .readTimeline, [], explain)
    }
  }

  /// Reads a space and what belongs to it in one round trip, having recorded a customer's authentication before.
  ///
  /// Every look goes into the access log. Content is not handed to staff before the look at it is there for good.
  ///
  /// - Parameter accessed: what is looked at, where the action does not say it.
  func reading<R: Sendable>(
    _ id: ID<Space>, by caller: Caller, to action: Action = .read, opening accessed: Accessed? = nil,
    _ queries: [Query], _ decode: @escaping @Sendable (SpaceAccess, ArraySlice<Rows>) throws -> R
  ) async throws -> R {
    guard caller.uuid != nil else { throw Refusal.notFound }
    let statements = [stating(caller, space: id), SpaceAccess.load(id, ownPlace: caller.person != nil)] + queries
    let read: @Sendable ([Rows], Bool) throws -> Look<R>? = { [zone] rows, authenticates in
      let access = try SpaceAccess(rows[1])
      if authenticates, let authenticated = caller.identity.authenticatedAt, access.roles.contains(.customer),
        access.authenticationIsNews(authenticated, zone: zone)
      {
        return nil
      }
      return try access.look(by: caller, to: action, at: accessed) { try decode(access, rows[2...].rebased) }
    }
    if let look = try await service.readOnce(statements, { try read($0, caller.person != nil) }) {
      return try await logged(look, to: action)
    }
    try await change(id, by: caller, to: .enter) { _ in }
    guard let look = try await service.readOnce(statements, { try read($0, false) }) else {
      throw Refusal.notFound
    }
    return try await logged(look, to: action)
  }

  /// Reads an envelope and what belongs to it in one round trip, for a data protection officer of its organisation.
  func readingAsOfficer<R: Sendable>(
    _ id: ID<Space>, by caller: Caller, to action: Action, _ queries: [Query],
    _ decode: @escaping @Sendable (SpaceAccess, ArraySlice<Rows>) throws -> R
  ) async throws -> R {
    guard caller.isStaff else { throw Refusal.notFound }
    let statements = [stating(caller, space: id), SpaceAccess.loadForOfficer(id)] + queries
    let look = try await dpo.readOnce(statements) { rows in
      let access = try SpaceAccess(rows[1])
      return try access.look(by: caller, to: action) { try decode(access, rows[2...].rebased) }
    }
    return try await logged(look, to: action)
  }

  /// Opens a space's title and names. Of one whose key is lost the envelope is left, for participants too.
  func view(of access: SpaceAccess, participants rows: [ParticipantRow]) throws -> SpaceView {
    var (cipher, isContentLost) = (SpaceCipher?.none, false)
    do {
      cipher = try access.secret.map { _ in try self.cipher(of: access) }
    } catch UnwrapError.lostMaster {
      isContentLost = true
    }
    let title = try cipher.flatMap { try $0.open(access.secret?.title, .title(access.space.id)) }
    return SpaceView(
      space: access.space, roles: access.roles, participation: access.participation, now: access.now, title: title,
      participants: try cipher.map { cipher in try rows.map { try $0.opened(cipher) } } ?? [],
      counsellors: access.counsellors, isContentLost: isContentLost)
  }
}

extension ArraySlice {
  /// The same elements, counted from zero.
  fileprivate var rebased: ArraySlice<Element> { Array(self)[...] }
}
