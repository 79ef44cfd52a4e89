-- The floor of a sweep: one batch of spaces that cross their closing, in one statement, deciding nothing. It knows that
-- all of them cross the same boundary, plan one notice, and are next due two weeks before they are archived.
WITH claimed AS MATERIALIZED (
  SELECT d.space_id FROM ohjaustila.due d
  WHERE d.at <= ohjaustila.instant_now() AND d.retry_at <= ohjaustila.instant_now() AND d.skips < 3
  ORDER BY d.at LIMIT 5000 FOR UPDATE SKIP LOCKED),
locked AS MATERIALIZED (
  SELECT s.id, s.journal_seq + 1 AS seq, s.journal_hash, s.closes_at, s.archives_at, ohjaustila.instant_now() AS now,
    convert_to('{"v":1,"space":"' || s.id || '","seq":' || s.journal_seq + 1 || ',"kind":"crossed","effectiveAt":"'
      || to_char(s.closes_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '","recordedAt":"'
      || to_char(ohjaustila.instant_now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      || '","actor":"scheduler","from":"active","to":"reactivatable"}', 'UTF8') AS entry
  FROM ohjaustila.space s WHERE s.id = ANY (ARRAY(SELECT space_id FROM claimed)) FOR NO KEY UPDATE SKIP LOCKED),
journaled AS (
  INSERT INTO ohjaustila.journal (space_id, seq, kind, effective_at, recorded_at, entry, hash)
  SELECT id, seq, 'crossed', closes_at, now, entry, sha256(journal_hash || entry) FROM locked
  RETURNING space_id, seq, hash, recorded_at),
noticed AS (
  INSERT INTO ohjaustila.outbox (id, space_id, kind, effective_at, boundary_at, created_at)
  SELECT gen_random_uuid(), id, 'closed', closes_at, closes_at, now FROM locked),
headed AS (
  UPDATE ohjaustila.space s SET version = s.version + 1, journal_seq = j.seq, journal_hash = j.hash,
    journal_at = j.recorded_at, journaled_through = j.recorded_at
  FROM journaled j WHERE s.id = j.space_id)
UPDATE ohjaustila.due d SET at = l.archives_at - interval '14 days', retry_at = '-infinity', skips = 0
FROM locked l WHERE d.space_id = l.id;
