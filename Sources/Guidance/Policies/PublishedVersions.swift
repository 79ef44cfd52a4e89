import Lifecycle
import Postgres

/// Why the service does not start with these policies.
public enum WrongPolicies: Error, CustomStringConvertible, Equatable {
  /// Spaces are governed by a version that the policy folder does not have.
  case missing(register: String, version: Int, spaces: Int)
  /// The register that spaces are opened in has no policy at all.
  case noPolicy(register: String)
  /// A version says something else than when it was first loaded.
  case changed(register: String, version: Int)

  /// One sentence for the log of a start that failed.
  public var description: String {
    switch self {
    case .missing(let register, let version, let spaces):
      "no policy for the register \(register), version \(version), which governs \(spaces) spaces in the database"
    case .noPolicy(let register): "no policy for the register \(register)"
    case .changed(let register, let version):
      "version \(version) of the register \(register) says something else than what was promised under it; "
        + "put the file back as it was, and make a new version beside it"
    }
  }
}

extension GuidanceStore {
  /// Compares the policies with those that the database's promises were made under: every version that governs a space is
  /// there, and every version that was published says what it said then.
  ///
  /// - Throws: `WrongPolicies`.
  func checkPolicies() async throws {
    let (governing, published) = try await scheduler.readOnce([
      // What is left of an erased space too: how long its journal is kept stands in the version it lived by.
      """
      SELECT register, policy_version, count(*) FROM (
        SELECT register, policy_version FROM ohjaustila.space
        UNION ALL SELECT register, policy_version FROM ohjaustila.tombstone) AS governed
      GROUP BY 1, 2 ORDER BY 1, 2
      """,
      PublishedVersion.selection,
    ]) { rows in
      (
        try rows[0].map { (try $0.get(0, as: String.self), try $0.get(1, as: Int.self), try $0.get(2, as: Int.self)) },
        try rows[1].map(PublishedVersion.init)
      )
    }
    for (register, version, spaces) in governing where policies.version(version, of: register) == nil {
      throw WrongPolicies.missing(register: register, version: version, spaces: spaces)
    }
    guard !policies.versions(of: Self.register).isEmpty else { throw WrongPolicies.noPolicy(register: Self.register) }
    try policies.compare(with: published)
  }

  /// Writes down what each version says, before the first promise is made under it: from then on it never says anything
  /// else. Commands that only look don't call this, so that a draft may still be edited.
  ///
  /// - Throws: `WrongPolicies.changed`, also when another copy published something else at this moment.
  public func publishPolicies() async throws {
    try await service.write(preamble: [stating(nil)]) { [policies] transaction in
      for policy in policies.all {
        try transaction.enqueue(
          """
          INSERT INTO ohjaustila.policy_version (register, version, digest, first_seen_at)
          VALUES (\(policy.register), \(policy.version), \(Bytea(policy.digest)), ohjaustila.instant_now())
          ON CONFLICT DO NOTHING
          """)
      }
      // What is refused must not be written down either.
      try policies.compare(with: transaction.all(PublishedVersion.selection, PublishedVersion.init))
    }
  }
}

/// A version as it was when it was published.
private struct PublishedVersion: Sendable {
  let register: String
  let version: Int
  let digest: [UInt8]

  static let selection: Query = "SELECT register, version, digest FROM ohjaustila.policy_version ORDER BY 1, 2"

  init(_ row: Row) throws {
    (register, version) = (try row.get(0), try row.get(1))
    digest = try row.get(2, as: Bytea.self).bytes
  }
}

extension Policies {
  fileprivate func compare(with published: [PublishedVersion]) throws(WrongPolicies) {
    for known in published {
      guard let policy = version(known.version, of: known.register), policy.digest != known.digest else { continue }
      throw .changed(register: known.register, version: known.version)
    }
  }
}
