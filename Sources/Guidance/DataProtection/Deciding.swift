import Lifecycle
import Postgres

extension GuidanceStore {
  /// Changes one space as a data protection officer of its organisation: the shape of `change`, on the officers' pool.
  ///
  /// - Throws: `Refusal.forbidden` for who sees the space as something else, `notFound` for everybody else.
  func decide<R: Sendable>(
    _ id: ID<Space>, by caller: Caller, to action: Action, ifMatch expected: String? = nil,
    request: RequestKey? = nil, _ body: @escaping @Sendable (SpaceChange) throws -> R
  ) async throws -> R {
    try await asOfficer(of: id, caller, to: action) {
      try await change(id, by: caller, as: .officer, to: action, ifMatch: expected, request: request) { change in
        do { return try body(change) } catch let refusal as Refusal { throw Decided(refusal: refusal) }
      }
    }
  }

  /// Runs what only an officer of a space's organisation may, and tells others what they may know.
  func asOfficer<R>(
    of id: ID<Space>, _ caller: Caller, to action: Action, _ body: () async throws -> R
  ) async throws -> R {
    do {
      guard caller.isStaff else { throw Refusal.notFound }
      return try await body()
    } catch let decided as Decided {
      throw decided.refusal
    } catch Refusal.notFound {
      // Whoever sees the space learns that it is the role; for others there is no space.
      try await reading(id, by: caller, to: action, []) { _, _ in }
      throw Refusal.forbidden(.role)
    }
  }
}

/// A refusal by an officer's use case itself, which is told as it is: what is not found then is not the space.
private struct Decided: Error {
  let refusal: Refusal
}
