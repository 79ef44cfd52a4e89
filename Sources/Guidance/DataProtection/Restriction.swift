import Lifecycle
import Postgres

extension GuidanceStore {
  /// Restricts the processing of a space (GDPR 18): staff see it no more, erasure waits, customers read and download.
  ///
  /// One that stands already goes on, from its own beginning.
  public func restrict(
    _ id: ID<Space>, by caller: Caller, ifMatch expected: String? = nil
  ) async throws -> SpaceView {
    try await decide(id, by: caller, to: .restrict, ifMatch: expected) { change in
      guard !change.space.isRestricted else { return }
      try change.record(.restricted)
    }
    return try await envelope(of: id, for: caller)
  }

  /// Lifts the restriction. Erasure comes no sooner than after the policy's grace.
  ///
  /// - Throws: `Refusal.notFound` when there is none.
  public func liftRestriction(
    of id: ID<Space>, by caller: Caller, ifMatch expected: String? = nil
  ) async throws -> SpaceView {
    try await decide(id, by: caller, to: .restrict, ifMatch: expected) { change in
      guard change.space.isRestricted else { throw Refusal.notFound }
      try change.record(.unrestricted)
    }
    return try await envelope(of: id, for: caller)
  }

  /// The space as an officer sees it, whatever else they are to it.
  private func envelope(of id: ID<Space>, for caller: Caller) async throws -> SpaceView {
    try await readingAsOfficer(id, by: caller, to: .read, []) { access, _ in
      try self.view(of: access, participants: [])
    }
  }
}
