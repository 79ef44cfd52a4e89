import Lifecycle
import Postgres

/// An entry that is to be written into a space's journal.
struct JournalRow: Sendable {
  let space: ID<Space>
  let line: JournalLine

  /// Writes the entry. The caller holds the space's lock and moves its head in the same transaction.
  var insertion: Query {
    """
    INSERT INTO ohjaustila.journal (space_id, seq, kind, effective_at, recorded_at, entry, hash)
    VALUES (\(space), \(line.sequence), \(line.kind), \(line.effectiveAt), \(line.recordedAt), \(Bytea(line.entry)),
      \(Bytea(line.hash)))
    """
  }
}
