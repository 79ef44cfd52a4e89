-- Spaces for the sweep, made by a superuser: :spaces of them, of which in each of :rounds rounds :due others cross their
-- closing, and once more :single. Round r becomes due 10 × r days from now. What is due lies scattered among the rest.
SET session_replication_role = replica;
SET synchronous_commit = off;

INSERT INTO ohjaustila.organisation (id, name, language, controller_name, staff_issuer, created_at)
VALUES ('00000000-0000-4000-8000-000000000001', 'Mallilan TE-palvelut', 'fi', 'Mallilan TE-palvelut', 'bench', now());

CREATE TEMPORARY TABLE planned AS
SELECT i, (lpad(to_hex(1735689600000 + i), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8'
    || substr(md5(i::text), 4, 15))::uuid AS id,
  date_trunc('day', now()) + interval '10 days' * CASE
    WHEN place < :due::bigint * :rounds THEN 1 + place / :due
    WHEN place < :due::bigint * :rounds + :single THEN 1 + :rounds
    ELSE 20 END AS closes_at
FROM (SELECT i, (i * 7919::bigint) % :spaces AS place FROM generate_series(1::bigint, :spaces) i) numbered;

INSERT INTO ohjaustila.space (id, organisation_id, register, policy_version, language, topics, created_at, opened_at,
  anchor_at, anchor_kind, closes_at, seals_at, archives_at, erases_at, base_erases_at, active_last_day,
  reactivatable_last_day, sealed_last_day, archived_last_day, journaled_through, journal_seq, journal_hash, journal_at,
  content_at)
SELECT id, '00000000-0000-4000-8000-000000000001', 'ohjaustila', 1, 'fi', '{opiskelu}', opened_at, opened_at, opened_at,
  'opening', closes_at, seals_at, seals_at, erases_at, erases_at, closes_at::date - 1, seals_at::date - 1,
  seals_at::date - 1, erases_at::date - 1,
  -- The notice two weeks before the closing has been planned already.
  closes_at - interval '12 days', 2, sha256(id::text::bytea), opened_at, opened_at
FROM planned, LATERAL (SELECT closes_at - interval '3 months' AS opened_at, closes_at + interval '3 months' AS seals_at,
  closes_at + interval '15 months' AS erases_at) life
ORDER BY i;

INSERT INTO ohjaustila.due (space_id, at) SELECT id, closes_at FROM planned ORDER BY i;

INSERT INTO ohjaustila.my_space (principal, space_id, role, participant_id, visible_until, suspended, created_at, staff_of)
SELECT md5('counsellor' || i % 1000)::uuid, id, 'counsellor', md5('a' || i)::uuid, closes_at + interval '3 months', false,
  now(), '00000000-0000-4000-8000-000000000001'::uuid FROM planned
UNION ALL
SELECT md5('customer' || i)::uuid, id, 'customer', md5('b' || i)::uuid, closes_at + interval '15 months', false, now(), NULL
FROM planned;

INSERT INTO ohjaustila.dev_clock (shift) VALUES (interval '0');
RESET session_replication_role;
VACUUM ANALYZE;
