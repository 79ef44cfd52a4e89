public import Lifecycle
import Postgres

/// An entry of the journal as it is stored.
public struct JournalRow: Sendable {
  /// Whose journal.
  public let space: ID<Space>
  /// From one, without gaps.
  public let sequence: Int
  /// The code of what happened.
  public let kind: String
  /// When it took effect.
  public let effectiveAt: Instant
  /// When it was written down.
  public let recordedAt: Instant
  /// What is hashed.
  public let entry: [UInt8]
  /// SHA-256 over the hash before it and `entry`.
  public let hash: [UInt8]

  /// Writes the entry. The caller holds the space's lock and moves its head in the same transaction.
  var insertion: Query {
    """
    INSERT INTO ohjaustila.journal (space_id, seq, kind, effective_at, recorded_at, entry, hash)
    VALUES (\(space), \(sequence), \(kind), \(effectiveAt), \(recordedAt), \(Bytea(entry)), \(Bytea(hash)))
    """
  }
}
