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
  /// Compares the policies with those that the database's promises were made under. A version is written down when it is
  /// first loaded, and never says anything else afterwards.
  ///
  /// - Throws: `WrongPolicies`.
  func checkPolicies() async throws {
    let governing = try await scheduler.readOnce([
      "SELECT register, policy_version, count(*) FROM ohjaustila.space GROUP BY 1, 2 ORDER BY 1, 2"
    ]) { try $0[0].map { (try $0.get(0, as: String.self), try $0.get(1, as: Int.self), try $0.get(2, as: Int.self)) } }
    for (register, version, spaces) in governing where policies.version(version, of: register) == nil {
      throw WrongPolicies.missing(register: register, version: version, spaces: spaces)
    }
    guard policies.versions(of: Self.register).last != nil else {
      throw WrongPolicies.noPolicy(register: Self.register)
    }
    try await publishPolicies()
  }

  private func publishPolicies() async throws {
    let policies = policies.all
    try await service.write(preamble: [stating(nil)]) { transaction in
      for policy in policies {
        try transaction.enqueue(
          """
          INSERT INTO ohjaustila.policy_version (register, version, digest, first_seen_at)
          VALUES (\(policy.register), \(policy.version), \(Bytea(policy.digest)), ohjaustila.instant_now())
          ON CONFLICT DO NOTHING
          """)
      }
      let published = try transaction.all("SELECT register, version, digest FROM ohjaustila.policy_version") {
        (try $0.get(0, as: String.self), try $0.get(1, as: Int.self), try $0.get(2, as: Bytea.self).bytes)
      }
      // What is refused must not be written down either.
      for policy in policies {
        for (register, version, digest) in published
        where register == policy.register && version == policy.version && digest != policy.digest {
          throw WrongPolicies.changed(register: register, version: version)
        }
      }
    }
  }
}
