import Foundation
import Postgres
import Vault

/// The places where wrapped keys stand, in SQL: page by page in the order of their owners.
///
/// Rows are locked and those that somebody is changing passed over, so that a rotation waits for nobody: whoever waits for
/// it waits for one short transaction. Content is neither read nor written.
enum WrappedRows: CaseIterable, Sendable {
  case spaces, people, notices

  func owner(_ id: UUID) -> KeyOwner {
    switch self {
    case .spaces: .space(id)
    case .people: .person(id)
    case .notices: .notice(id)
    }
  }

  /// Identifier and wrapped key.
  func page(under master: MasterKeyID, after id: UUID, limit: Int) -> Query {
    switch self {
    case .spaces:
      """
      SELECT k.space_id, k.wrapped_key FROM ohjaustila.space_secret k
      WHERE k.master_id = \(master.text) AND k.space_id > \(id) ORDER BY k.space_id LIMIT \(limit)
      FOR NO KEY UPDATE SKIP LOCKED
      """
    case .people: "SELECT id, wrapped_key FROM ohjaustila.people_under(\(master.text), \(id), \(limit))"
    case .notices:
      """
      SELECT d.id, d.wrapped_key FROM ohjaustila.delivery d
      WHERE d.master_id = \(master.text) AND d.id > \(id) ORDER BY d.id LIMIT \(limit)
      FOR NO KEY UPDATE SKIP LOCKED
      """
    }
  }

  /// Puts the new wrapped key where the old one still is. A space remembers who wrapped its key before.
  func rewrapping(_ ids: [UUID], from old: [Bytea], to new: [Bytea], under master: MasterKeyID) -> Query {
    switch self {
    case .spaces:
      """
      UPDATE ohjaustila.space_secret k SET master_id = \(master.text), wrapped_key = u.new_key,
        former_master_ids = k.former_master_ids || k.master_id
      FROM unnest(\(ids), \(old), \(new)) AS u (id, old_key, new_key)
      WHERE k.space_id = u.id AND k.wrapped_key = u.old_key
      """
    case .people: "SELECT ohjaustila.rewrap_people(\(ids), \(old), \(new))"
    case .notices:
      """
      UPDATE ohjaustila.delivery d SET wrapped_key = u.new_key
      FROM unnest(\(ids), \(old), \(new)) AS u (id, old_key, new_key)
      WHERE d.id = u.id AND d.wrapped_key = u.old_key
      """
    }
  }

  /// How many rows there are under each master.
  var counts: Query {
    switch self {
    case .spaces: "SELECT master_id, count(*) FROM ohjaustila.space_secret GROUP BY master_id"
    case .people: "SELECT master_id, people FROM ohjaustila.people_by_master()"
    case .notices: "SELECT master_id, count(*) FROM ohjaustila.delivery WHERE master_id IS NOT NULL GROUP BY master_id"
    }
  }
}

/// How many keys stand under each master.
struct WrappedCounts: Sendable, Equatable {
  private var counts: [MasterKeyID: [WrappedRows: Int]] = [:]

  static let selections = WrappedRows.allCases.map(\.counts)

  /// Reads what `selections` gave, in their order.
  init(_ results: ArraySlice<Rows>) throws {
    for (kind, rows) in zip(WrappedRows.allCases, results) {
      for row in rows {
        counts[try MasterKeyID(stored: row.get(0)), default: [:]][kind] = try row.get(1, as: Int.self)
      }
    }
  }

  /// Keys of spaces.
  func spaces(under id: MasterKeyID) -> Int { counts[id]?[.spaces] ?? 0 }
  /// Keys of customers.
  func people(under id: MasterKeyID) -> Int { counts[id]?[.people] ?? 0 }
  /// Keys of notices of erasures.
  func notices(under id: MasterKeyID) -> Int { counts[id]?[.notices] ?? 0 }
  /// All of these.
  func all(under id: MasterKeyID) -> Int { counts[id]?.values.reduce(0, +) ?? 0 }

  /// The masters other than `current` that something stands under, sorted.
  func others(than current: MasterKeyID?) -> [MasterKeyID] {
    counts.keys.filter { $0 != current && all(under: $0) > 0 }.sorted { $0.text < $1.text }
  }
}

extension GuidanceStore {
  /// How many keys stand under each master now.
  func wrappedCounts() async throws -> WrappedCounts {
    try await scheduler.readOnce(WrappedCounts.selections, sharing: false) { try WrappedCounts($0[...]) }
  }
}
