public import Lifecycle

/// The policies an installation knows, by register and version. Each space remembers the version that governs it.
public struct Policies: Sendable {
  private let versions: [String: [Int: Policy]]

  /// A space is governed by a version that the policy folder no longer has.
  public struct Missing: Error, CustomStringConvertible {
    let register: String
    let version: Int?

    /// One sentence that names register and version.
    public var description: String {
      guard let version else { return "no policy for the register \(register)" }
      return "no policy for the register \(register), version \(version), which governs spaces in the database"
    }
  }

  /// Takes checked policies; of one register each version once.
  public init(_ policies: [Policy]) {
    var versions: [String: [Int: Policy]] = [:]
    for policy in policies { versions[policy.register, default: [:]][policy.version] = policy }
    self.versions = versions
  }

  /// Every policy, by register and version.
  public var all: [Policy] {
    versions.sorted { $0.key < $1.key }.flatMap { _, byVersion in byVersion.sorted { $0.key < $1.key }.map(\.value) }
  }

  /// The versions of a register, the oldest first; none for a register that there is not.
  public func versions(of register: String) -> [Policy] {
    (versions[register] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
  }

  /// One version of a register.
  public func version(_ version: Int, of register: String) -> Policy? { versions[register]?[version] }

  func policy(register: String, version: Int) throws(Missing) -> Policy {
    guard let policy = versions[register]?[version] else { throw Missing(register: register, version: version) }
    return policy
  }

  /// The version that governs what is opened now.
  func current(register: String) throws(Missing) -> Policy {
    guard let latest = versions[register]?.max(by: { $0.key < $1.key }) else {
      throw Missing(register: register, version: nil)
    }
    return latest.value
  }
}
