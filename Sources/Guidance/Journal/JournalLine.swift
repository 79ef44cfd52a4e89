public import Lifecycle
import Postgres

/// An entry of a space's journal as it is stored, and as a reader sees it.
public struct JournalLine: Sendable {
  /// From one, without gaps.
  public let sequence: Int
  /// The code of what happened.
  public let kind: String
  /// When it took effect.
  public let effectiveAt: Instant
  /// When it was written down.
  public let recordedAt: Instant
  /// The bytes that were hashed.
  public let entry: [UInt8]
  /// SHA-256 over the hash before it and `entry`.
  public let hash: [UInt8]
}

extension JournalLine {
  /// What a row begins with, in the order that `init` takes it.
  static let columns: Query = "j.seq, j.kind, j.effective_at, j.recorded_at, j.entry, j.hash"

  init(_ row: Row) throws {
    try self.init(
      sequence: row.get(0), kind: row.get(1), effectiveAt: row.get(2), recordedAt: row.get(3),
      entry: row.get(4, as: Bytea.self).bytes, hash: row.get(5, as: Bytea.self).bytes)
  }
}
