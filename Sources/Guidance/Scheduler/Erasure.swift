import Lifecycle
import Postgres
import Vault

/// The erasure of spaces whose time is over: the key goes first, at once and with it every hope of reading; the ciphertext
/// follows in steps (docs/erasure.md).
enum Erasure {
  /// Queues what makes spaces unreadable and invisible, in the transaction that journals the crossing.
  ///
  /// - Parameters:
  ///   - batch: the ledger's name for this transaction, whose intent is on the disk by now.
  ///   - masters: those that are at hand.
  static func enqueue(
    _ spaces: [ID<Space>], in batch: ID<ErasureBatch>, masters: [MasterKeyID], on transaction: WriteTransaction
  ) throws {
    // The masters are those of the row as it is deleted: a rotation that has just wrapped the key anew was waited for.
    // One at hand that the database does not know may be of a rotation that came after the backup it was restored from, or
    // was under way then: later backups, which have the key under it, are still about. So may the current one's be.
    try transaction.enqueue(
      """
      WITH gone AS (DELETE FROM ohjaustila.space_secret k WHERE k.space_id = ANY (\(spaces))
        RETURNING k.space_id, k.former_master_ids || k.master_id AS master_ids),
      possible AS MATERIALIZED (
        SELECT m.id FROM unnest(\(masters.map(\.text))) AS m (id)
        WHERE NOT EXISTS (SELECT FROM ohjaustila.key_fingerprint k WHERE k.kind = 'master' AND k.id = m.id)
        UNION SELECT m.id FROM ohjaustila.master_key m WHERE m.stage IN ('announced', 'current'))
      INSERT INTO ohjaustila.tombstone (space_id, organisation_id, register, policy_version, closes_at, seals_at,
        archives_at, erases_at, message_count, file_count, master_ids, journal_seq, journal_hash, erased_at,
        ledger_batch)
      SELECT s.id, s.organisation_id, s.register, s.policy_version, s.closes_at, s.seals_at, s.archives_at,
        s.erases_at, s.message_count, s.file_count,
        gone.master_ids || ARRAY(SELECT p.id FROM possible p WHERE p.id <> ALL (gone.master_ids)),
        s.journal_seq, s.journal_hash, s.journal_at, \(batch)
      FROM ohjaustila.space s JOIN gone ON gone.space_id = s.id
      """)
    try transaction.enqueue("DELETE FROM ohjaustila.my_space WHERE space_id = ANY (\(spaces))")
    try transaction.enqueue("DELETE FROM ohjaustila.due WHERE space_id = ANY (\(spaces))")
    // What still waited to be sent has become pointless, but for the notice of this erasure itself.
    try transaction.enqueue(
      """
      DELETE FROM ohjaustila.outbox o USING ohjaustila.space s
      WHERE s.id = ANY (\(spaces)) AND o.space_id = s.id
        AND (o.participant_id IS NOT NULL OR o.effective_at < s.erases_at)
      """)
    try transaction.enqueue("DELETE FROM ohjaustila.idempotency WHERE space_id = ANY (\(spaces))")
  }
}
