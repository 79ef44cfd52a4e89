-- The floor of an erasure: five hundred spaces with everything in them, in one transaction that keeps a tombstone and
-- nothing else: no journal, no notice, no chain, no bound on how much a transaction deletes.
BEGIN READ WRITE;
CREATE TEMPORARY TABLE batch ON COMMIT DROP AS
  SELECT space_id FROM ohjaustila.due WHERE at <= ohjaustila.instant_now() ORDER BY at LIMIT 500;
INSERT INTO ohjaustila.tombstone (space_id, organisation_id, register, policy_version, closes_at, seals_at, archives_at,
  erases_at, message_count, file_count, master_ids, journal_seq, journal_hash, erased_at, destroyed_at)
SELECT id, organisation_id, register, policy_version, closes_at, seals_at, archives_at, erases_at, message_count,
  file_count, '{m1}', journal_seq, journal_hash, ohjaustila.instant_now(), ohjaustila.instant_now()
FROM ohjaustila.space WHERE id IN (SELECT space_id FROM batch);
DELETE FROM ohjaustila.space_secret WHERE space_id IN (SELECT space_id FROM batch);
DELETE FROM ohjaustila.my_space WHERE space_id IN (SELECT space_id FROM batch);
DELETE FROM ohjaustila.due WHERE space_id IN (SELECT space_id FROM batch);
DELETE FROM ohjaustila.file_chunk WHERE space_id IN (SELECT space_id FROM batch);
DELETE FROM ohjaustila.message WHERE space_id IN (SELECT space_id FROM batch);
DELETE FROM ohjaustila.file WHERE space_id IN (SELECT space_id FROM batch);
CREATE TEMPORARY TABLE people ON COMMIT DROP AS
  SELECT DISTINCT person_id FROM ohjaustila.participant WHERE space_id IN (SELECT space_id FROM batch);
DELETE FROM ohjaustila.participant WHERE space_id IN (SELECT space_id FROM batch);
DELETE FROM ohjaustila.space WHERE id IN (SELECT space_id FROM batch);
DELETE FROM ohjaustila.person p WHERE p.id IN (SELECT person_id FROM people)
  AND NOT EXISTS (SELECT FROM ohjaustila.participant WHERE person_id = p.id);
COMMIT;
