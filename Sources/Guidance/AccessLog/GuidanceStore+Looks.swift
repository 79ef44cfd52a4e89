import Foundation
import Lifecycle

/// What a read found, and what the access log is told of it.
struct Look<R: Sendable>: Sendable {
  let entry: AccessEntry
  let result: Result<R, Refusal>
}

extension SpaceAccess {
  /// What a caller is shown of the space, or why not, with the entry that says so.
  ///
  /// - Parameters:
  ///   - accessed: what is looked at, where the action does not say it.
  ///   - decode: reads what is shown; not called for who may not see it.
  func look<R>(
    by caller: Caller, to action: Action, at accessed: Accessed? = nil, _ decode: () throws -> R
  ) throws -> Look<R> {
    // A customer goes by their place in the space: it dies with it, while a person's identifier would tie spaces together.
    guard let principal = caller.person == nil ? caller.uuid : participation?.uuid else { throw Refusal.notFound }
    let entry = AccessEntry(self, by: caller, principal, to: action, accessed ?? Accessed(action))
    do throws(Refusal) {
      try Permissions.check(
        action, roles: roles, state: state, restricted: space.isRestricted,
        since: space.timeline.beginning(of: state))
    } catch {
      return Look(entry: entry.refused, result: .failure(error))
    }
    return Look(entry: entry, result: .success(try decode()))
  }
}

extension GuidanceStore {
  /// Logs a look and hands on what was found.
  ///
  /// Staff reading content wait until the entry is committed: nothing is shown to them that nobody could know of. All
  /// else is only noted, and reads are as fast as they were.
  ///
  /// - Throws: the look's refusal; `AccessUnlogged`.
  func logged<R>(_ look: Look<R>, to action: Action) async throws -> R {
    if action == .readContent, look.entry.role != SpaceRole.customer.rawValue, case .success = look.result {
      try await accesses.commit(look.entry)
    } else {
      try accesses.note(look.entry)
    }
    return try look.result.get()
  }

  /// Logs a list of spaces to staff: once for each organisation whose spaces are in it. Customers list their own.
  func noteList(of views: some Collection<SpaceView>, for caller: Caller) throws {
    guard caller.person == nil, let principal = caller.uuid else { return }
    var seen: Set<ID<Organisation>> = []
    for view in views where seen.insert(view.space.organisation).inserted {
      try accesses.note(
        AccessEntry(
          at: view.now, by: caller, principal, role: view.roles.first?.rawValue ?? "",
          organisation: view.space.organisation, .list))
    }
  }
}

extension AccessEntry {
  /// A look at a space, under the first of the caller's roles that has the right.
  init(_ access: SpaceAccess, by caller: Caller, _ principal: UUID, to action: Action, _ accessed: Accessed) {
    let role = access.roles.first { Permissions.states($0, action).contains(access.state) } ?? access.roles.first
    self.init(
      at: access.now, by: caller, principal, role: role?.rawValue ?? "", organisation: access.space.organisation,
      space: access.space.id, participation: access.participation, accessed)
  }

  /// The same, of who was not let.
  var refused: AccessEntry {
    AccessEntry(
      at: at, principal: principal, role: role, organisation: organisation, space: space,
      participation: participation, what: what, object: object, address: address, requestID: requestID,
      outcome: Outcome.refused.rawValue)
  }
}
