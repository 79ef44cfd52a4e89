import Lifecycle
import Postgres

extension GuidanceStore {
  /// Closes an active space: a counsellor of it, or the organisation's admin when the counsellor is unavailable.
  ///
  /// - Parameters:
  ///   - reason: a code of the policy; a matching one when nil.
  ///   - expected: the entity tag the caller read.
  public func close(
    _ id: ID<Space>, reason: String?, by caller: Caller, ifMatch expected: String? = nil, request: RequestKey? = nil
  ) async throws -> SpaceView {
    try await transition(id, by: caller, to: .close, ifMatch: expected, request: request) { change in
      let byAdmin = change.participantRole == .admin
      let reason = reason ?? (byAdmin ? "counsellorUnavailable" : "guidanceEnded")
      try change.record(
        .closed(by: byAdmin ? .admin : .counsellor, reason: reason), details: [("reason", reason)])
    }
    return try await space(id, for: caller)
  }

  /// Makes a closed space active again: a counsellor of it, while it is reactivatable.
  public func reactivate(
    _ id: ID<Space>, by caller: Caller, ifMatch expected: String? = nil, request: RequestKey? = nil
  ) async throws -> SpaceView {
    try await transition(id, by: caller, to: .reactivate, ifMatch: expected, request: request) { change in
      try change.record(.reactivated)
    }
    return try await space(id, for: caller)
  }

  /// Archives a space at once: the organisation's admin, when its counsellor is gone.
  ///
  /// - Returns: the envelope; the admin does not see the space any more.
  public func archive(
    _ id: ID<Space>, reason: String?, by caller: Caller, ifMatch expected: String? = nil, request: RequestKey? = nil
  ) async throws -> SpaceView {
    do {
      return try await change(id, by: caller, to: .archive, ifMatch: expected, request: request) { change in
        let reason = reason ?? "counsellorUnavailable"
        try change.record(.archivedEarly(reason: reason), details: [("reason", reason)])
        return change.envelope
      }
    } catch is Repetition {
      // Today's rights decide what a repetition shows, and they end at archiving.
      throw Refusal.notFound
    }
  }

  /// Carries out a fact; a repeated request does nothing more.
  private func transition(
    _ id: ID<Space>, by caller: Caller, to action: Action, ifMatch expected: String?, request: RequestKey?,
    _ body: @escaping @Sendable (SpaceChange) throws -> Void
  ) async throws {
    do {
      try await change(id, by: caller, to: action, ifMatch: expected, request: request, body)
    } catch is Repetition {}
  }
}

extension SpaceChange {
  /// The space as the change leaves it, without title or people.
  var envelope: SpaceView {
    SpaceView(
      space: changed, roles: access.roles, participation: nil, now: now, title: nil, participants: [],
      counsellors: access.counsellors, isContentLost: false)
  }
}
