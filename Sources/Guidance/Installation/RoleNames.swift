/// The names of an installation's database roles: roles belong to a whole cluster, so each installation has a prefix.
public struct RoleNames: Sendable {
  /// What all of them begin with.
  public let prefix: String

  /// - Parameter prefix: lower-case letters, digits and underscores, beginning with a letter, at most 40.
  /// - Returns: nil for another prefix.
  public init?(prefix: String) {
    let allowed = prefix.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    guard allowed, let first = prefix.utf8.first, (97...122).contains(first), prefix.utf8.count <= 40 else {
      return nil
    }
    self.prefix = prefix
  }

  private init(trusted: String) { prefix = trusted }

  /// The roles of an installation that says nothing of them.
  public static let standard = RoleNames(trusted: "ohjaustila")

  /// Owns tables; logs in nowhere.
  public var owner: String { "\(prefix)_owner" }
  /// Owns the narrow functions and nothing else; logs in nowhere.
  public var narrow: String { "\(prefix)_narrow" }
  /// What callers' transactions log in as.
  public var service: String { "\(prefix)_service" }
  /// What the scheduler logs in as.
  public var scheduler: String { "\(prefix)_scheduler" }
  /// What the data protection officer's transactions log in as.
  public var dpo: String { "\(prefix)_dpo" }
  /// What backups log in as: the only one that row-level security does not bind.
  public var backup: String { "\(prefix)_backup" }

  /// Roles that log in.
  public var logins: [String] { [service, scheduler, dpo, backup] }

  /// The names that migrations are given.
  var variables: [String: String] {
    ["owner": owner, "narrow": narrow, "service": service, "scheduler": scheduler, "dpo": dpo, "backup": backup]
  }
}
