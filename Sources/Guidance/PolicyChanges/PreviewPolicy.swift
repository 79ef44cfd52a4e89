public import Lifecycle
import Postgres

/// A preview with what a change wants back.
public struct IssuedPreview: Sendable {
  /// What the change would do.
  public let preview: PolicyPreview
  /// To be shown to apply it.
  public let token: String
  /// From then on the token is none.
  public let expiresAt: Instant
}

/// How far the work on many spaces is.
public struct PolicyProgress: Sendable, Equatable {
  /// Spaces looked at so far.
  public let done: Int
  /// Spaces there were at the beginning.
  public let total: Int
}

extension GuidanceStore {
  /// The change that brings a register's spaces under a later version.
  ///
  /// - Parameters:
  ///   - register: a register's code.
  ///   - version: the version that is to govern, one of the policy folder with an earlier one beside it.
  ///   - organisation: whose spaces; all when nil.
  /// - Throws: `notFound` for another register, `invalid` for another version.
  public func policyChange(
    register: String, to version: Int, organisation: ID<Organisation>? = nil
  ) throws(Refusal) -> PolicyChange {
    let known = policies.versions(of: register).map(\.version)
    guard !known.isEmpty else { throw .notFound }
    let change = PolicyChange(register: register, to: version, organisation: organisation, policies: policies)
    guard let change else {
      let later = known.dropFirst().map(String.init).joined(separator: ", ")
      throw .invalid(
        field: "/version", rule: later.isEmpty ? "is a later version, and there is none" : "is one of \(later)")
    }
    return change
  }

  /// What a change of policy would do now; writes nothing.
  ///
  /// - Parameter progress: is told after each page.
  public func previewPolicy(
    _ change: PolicyChange, progress: @Sendable (PolicyProgress) -> Void = { _ in }
  ) async throws -> IssuedPreview {
    let spaces = GovernedSpaces(change: change)
    let total = try await scheduler.readOnce([spaces.count]) { try $0[0].exactlyOne().get(0, as: Int.self) }
    var preview = PolicyPreview()
    var done = 0
    for policy in change.earlier {
      var after: ID<Space>? = GovernedSpaces.beginning
      while let last = after {
        let (page, now) = try await envelopes(spaces.envelopes(under: policy, after: last))
        for space in page {
          let now = max(now, space.journal.at)
          preview.count(space, change.outcome(of: space, from: policy, at: now, zone: zone), at: now)
        }
        done += page.count
        progress(PolicyProgress(done: done, total: max(done, total)))
        after = page.last?.id
      }
    }
    let issued = PolicyToken(change: change, keys: keys).issue(at: clock.now)
    return IssuedPreview(preview: preview, token: issued.text, expiresAt: issued.expiresAt)
  }

  private func envelopes(_ page: Query) async throws -> ([Space], Instant) {
    try await scheduler.readOnce([stating(nil), page, "SELECT ohjaustila.instant_now()"]) { rows in
      (try rows[1].map(Space.init), try rows[2].exactlyOne().get(0))
    }
  }
}
