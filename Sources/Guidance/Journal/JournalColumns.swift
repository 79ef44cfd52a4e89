import Lifecycle
import Postgres

/// Journal entries of many spaces by column: one statement writes them all.
struct JournalColumns {
  private(set) var spaces: [ID<Space>] = []
  private var sequences: [Int] = []
  private var kinds: [String] = []
  private var effective: [Instant] = []
  private var recorded: [Instant] = []
  private var entries: [Bytea] = []
  private var hashes: [Bytea] = []

  mutating func append(_ row: JournalRow) {
    spaces.append(row.space)
    sequences.append(row.line.sequence)
    kinds.append(row.line.kind)
    effective.append(row.line.effectiveAt)
    recorded.append(row.line.recordedAt)
    entries.append(Bytea(row.line.entry))
    hashes.append(Bytea(row.line.hash))
  }

  /// The caller holds the locks of the spaces and moves their heads in the same transaction.
  var insertion: Query {
    """
    INSERT INTO ohjaustila.journal (space_id, seq, kind, effective_at, recorded_at, entry, hash)
    SELECT * FROM unnest(\(spaces), \(sequences), \(kinds), \(effective), \(recorded), \(entries), \(hashes))
    """
  }
}
