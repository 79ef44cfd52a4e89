-- Spaces that wait for their erasure, made by a superuser: :spaces of them, each with a customer of its own, ten messages
-- and a file of one chunk. Their notices have been planned; the erasure is all that is due.
SET session_replication_role = replica;
SET synchronous_commit = off;

INSERT INTO ohjaustila.organisation (id, name, language, controller_name, staff_issuer, created_at)
VALUES ('00000000-0000-4000-8000-000000000001', 'Mallilan TE-palvelut', 'fi', 'Mallilan TE-palvelut', 'bench', now());
INSERT INTO ohjaustila.staff_account (id, issuer, subject, created_at)
VALUES ('00000000-0000-4000-8000-000000000002', 'bench', 'olli', now());

CREATE TEMPORARY TABLE planned AS
SELECT i, gen_random_uuid() AS id, gen_random_uuid() AS counsellor, gen_random_uuid() AS customer,
  gen_random_uuid() AS person, gen_random_uuid() AS upload, now() - interval '1 hour' AS erases_at
FROM generate_series(1, :spaces) i;

INSERT INTO ohjaustila.space (id, organisation_id, register, policy_version, language, topics, created_at, opened_at,
  anchor_at, anchor_kind, closes_at, seals_at, archives_at, erases_at, base_erases_at, active_last_day,
  reactivatable_last_day, sealed_last_day, archived_last_day, journaled_through, journal_seq, journal_hash, journal_at,
  message_count, file_count, content_at)
SELECT id, '00000000-0000-4000-8000-000000000001', 'ohjaustila', 1, 'fi', '{opiskelu}', opened_at, opened_at, opened_at,
  'opening', closes_at, archives_at, archives_at, erases_at, erases_at, closes_at::date - 1, archives_at::date - 1,
  archives_at::date - 1, erases_at::date - 1, erases_at - interval '1 day', 5, sha256(id::text::bytea), archives_at, 10, 1,
  opened_at
FROM planned, LATERAL (SELECT erases_at - interval '18 months' AS opened_at, erases_at - interval '15 months' AS closes_at,
  erases_at - interval '12 months' AS archives_at) life;

-- Wrapped keys of the right form; nothing opens them, and nothing has to.
INSERT INTO ohjaustila.space_secret (space_id, master_id, wrapped_key, title)
SELECT id, 'm1', '\x01'::bytea || uuid_send(id) || '\x026d31'::bytea || sha256(id::text::bytea) || substr(sha256('x'), 1, 28),
  sha256(id::text::bytea) FROM planned;
INSERT INTO ohjaustila.due (space_id, at) SELECT id, erases_at FROM planned;
INSERT INTO ohjaustila.person (id, master_id, wrapped_key, language, non_disclosure, created_at)
SELECT person, 'm1', '\x01'::bytea || uuid_send(person) || '\x026d31'::bytea || sha256(person::text::bytea)
  || substr(sha256('x'), 1, 28), 'fi', false, now() FROM planned;
INSERT INTO ohjaustila.participant (space_id, id, role, account_id, person_id, added_at)
SELECT id, counsellor, 'counsellor', '00000000-0000-4000-8000-000000000002'::uuid, NULL::uuid, now() FROM planned
UNION ALL SELECT id, customer, 'customer', NULL, person, now() FROM planned;
INSERT INTO ohjaustila.my_space (principal, space_id, role, participant_id, visible_until, suspended, created_at, staff_of)
SELECT '00000000-0000-4000-8000-000000000002'::uuid, id, 'counsellor', counsellor, now() - interval '1 year', false, now(),
  '00000000-0000-4000-8000-000000000001'::uuid FROM planned
UNION ALL SELECT person, id, 'customer', customer, erases_at, false, now(), NULL FROM planned;
INSERT INTO ohjaustila.message (space_id, number, id, participant_id, sent_at, body)
SELECT id, n, gen_random_uuid(), customer, now(), decode(repeat(md5(n::text), 10), 'hex')
FROM planned, generate_series(1, 10) n;
INSERT INTO ohjaustila.file (space_id, number, id, participant_id, upload_id, uploaded_at, header, size)
SELECT id, 1, gen_random_uuid(), customer, upload, now(), sha256(id::text::bytea), 65507 FROM planned;
INSERT INTO ohjaustila.file_chunk (space_id, upload_id, index, data)
SELECT id, upload, 0, decode(repeat(md5(i::text), 4096), 'hex') FROM planned;

INSERT INTO ohjaustila.dev_clock (shift) VALUES (interval '0');
RESET session_replication_role;
VACUUM ANALYZE;
