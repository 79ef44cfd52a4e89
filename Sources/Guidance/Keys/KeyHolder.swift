import Postgres
public import Vault

/// A running copy of the service, as a holder of keys.
public struct KeyHolder: Sendable, Equatable {
  /// Host and process, for the operator.
  public let name: String
  /// The masters it has.
  public let masters: Set<MasterKeyID>
  /// The one that it wraps new keys under.
  public let wrapsUnder: MasterKeyID

  /// Those that were heard of lately: a copy looks every two seconds, and one that does not for fifteen is not running.
  static let running: Query = """
    SELECT name, master_ids, wraps_under FROM ohjaustila.key_holder
    WHERE seen_at > ohjaustila.instant_now() - interval '15 seconds' ORDER BY name, copy
    """

  init(_ row: Row) throws {
    name = try row.get(0)
    masters = Set(try row.get(1, as: [String].self).map(MasterKeyID.init(stored:)))
    wrapsUnder = try MasterKeyID(stored: row.get(2))
  }
}

extension GuidanceStore {
  /// The copies of the service that run now.
  public func runningHolders() async throws -> [KeyHolder] {
    try await scheduler.readOnce([stating(nil), KeyHolder.running]) { try $0[1].map(KeyHolder.init) }
  }
}
