-- A guidance space: its envelope, its key and title, its people, and who may see it until when.

-- The envelope: no title, no name. Facts and the timeline computed from them stand side by side; state is where now
-- stands on the timeline and is stored nowhere.
CREATE TABLE ohjaustila.space (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES ohjaustila.organisation,
  register text NOT NULL,
  policy_version integer NOT NULL CHECK (policy_version > 0),
  language text NOT NULL CHECK (language IN ('fi', 'sv', 'en')),
  topics text[] NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  -- Facts (lifecycle.md). NULL means that it has not happened.
  opened_at timestamptz NOT NULL,
  anchor_at timestamptz NOT NULL,
  anchor_kind text NOT NULL CHECK (anchor_kind IN ('opening', 'authentication', 'reactivation')),
  closed_at timestamptz,
  archived_early_at timestamptz,
  hold_last_day date,
  hold_reason text,
  restricted_at timestamptz,
  grace_last_day date,
  erasure_decided_at timestamptz,
  -- Timeline.
  closes_at timestamptz NOT NULL,
  seals_at timestamptz NOT NULL,
  archives_at timestamptz NOT NULL,
  erases_at timestamptz NOT NULL,
  base_erases_at timestamptz NOT NULL,
  active_last_day date NOT NULL,
  reactivatable_last_day date NOT NULL,
  sealed_last_day date NOT NULL,
  -- NULL exactly while a restriction suspends erasure.
  archived_last_day date,
  -- Crossings up to this instant are in the journal.
  journaled_through timestamptz NOT NULL,
  -- Head of the journal's chain: here and not in a table of its own, so that the space's lock guards it.
  journal_seq bigint NOT NULL CHECK (journal_seq >= 0),
  journal_hash bytea NOT NULL CHECK (length(journal_hash) = 32),
  journal_at timestamptz NOT NULL,
  message_count bigint NOT NULL DEFAULT 0,
  file_count bigint NOT NULL DEFAULT 0,
  content_at timestamptz NOT NULL,
  CHECK (closes_at <= seals_at AND seals_at <= archives_at AND archives_at <= erases_at),
  CHECK ((restricted_at IS NOT NULL) = (erases_at = 'infinity')),
  CHECK ((archived_last_day IS NULL) = (erases_at = 'infinity')),
  CHECK ((hold_last_day IS NULL) = (hold_reason IS NULL)),
  CHECK ((archived_early_at IS NULL) OR (archives_at <= archived_early_at))
) WITH (fillfactor = 80);
CREATE INDEX space_by_organisation ON ohjaustila.space (organisation_id, created_at DESC, id);

-- What makes the content readable. Destroying this row is the erasure; the rest is sweeping up.
CREATE TABLE ohjaustila.space_secret (
  space_id uuid PRIMARY KEY REFERENCES ohjaustila.space,
  master_id text NOT NULL,
  wrapped_key bytea NOT NULL,
  title bytea NOT NULL
);

CREATE TABLE ohjaustila.participant (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('counsellor', 'customer')),
  account_id uuid REFERENCES ohjaustila.staff_account,
  person_id uuid REFERENCES ohjaustila.person,
  name bytea,
  email bytea,
  added_at timestamptz NOT NULL,
  entered_at timestamptz,
  last_authenticated_at timestamptz,
  left_at timestamptz,
  invitation_index bytea UNIQUE,
  invitation_expires_at timestamptz,
  PRIMARY KEY (space_id, id),
  CHECK ((role = 'counsellor') = (account_id IS NOT NULL)),
  CHECK ((invitation_index IS NULL) = (invitation_expires_at IS NULL)),
  CHECK (role = 'customer' OR person_id IS NULL)
);
CREATE UNIQUE INDEX participant_account ON ohjaustila.participant (account_id, space_id) WHERE left_at IS NULL;
CREATE UNIQUE INDEX participant_person ON ohjaustila.participant (person_id, space_id) WHERE left_at IS NULL;
CREATE INDEX participant_by_account ON ohjaustila.participant (account_id);
CREATE INDEX participant_by_person ON ohjaustila.participant (person_id);

-- Who sees which space until when: what every policy asks. Flat, by principal, written only by the narrow functions and
-- the scheduler, rewritten with every change of a timeline. The foreign key is deferred: the row that admits is written
-- in an earlier statement than the row it admits to.
CREATE TABLE ohjaustila.my_space (
  principal uuid NOT NULL,
  space_id uuid NOT NULL REFERENCES ohjaustila.space DEFERRABLE INITIALLY DEFERRED,
  role text NOT NULL CHECK (role IN ('counsellor', 'customer')),
  participant_id uuid NOT NULL,
  visible_until timestamptz NOT NULL,
  -- Staff without a confidentiality commitment: they see nothing, whatever the timeline says.
  suspended boolean NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (principal, space_id),
  CHECK (NOT suspended OR visible_until = '-infinity')
);
CREATE INDEX my_space_by_space ON ohjaustila.my_space (space_id);
CREATE INDEX my_space_by_creation ON ohjaustila.my_space (principal, created_at DESC);

-- When anything is next due for a space. A small table of its own, so that a sweep costs what is due.
CREATE TABLE ohjaustila.due (
  space_id uuid PRIMARY KEY REFERENCES ohjaustila.space,
  at timestamptz NOT NULL,
  -- A sweep that found the space locked comes back at this instant; after three skips it waits for the lock.
  retry_at timestamptz NOT NULL DEFAULT '-infinity',
  skips smallint NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX due_by_instant ON ohjaustila.due (at);
CREATE INDEX due_by_retry ON ohjaustila.due (retry_at) WHERE retry_at > '-infinity';

-- What is left of an erased space: no personal data. destroyed_at stays NULL until the ciphertext is gone and checked.
CREATE TABLE ohjaustila.tombstone (
  space_id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES ohjaustila.organisation,
  register text NOT NULL,
  policy_version integer NOT NULL,
  closes_at timestamptz NOT NULL,
  seals_at timestamptz NOT NULL,
  archives_at timestamptz NOT NULL,
  erases_at timestamptz NOT NULL,
  message_count bigint NOT NULL,
  file_count bigint NOT NULL,
  -- The masters that ever wrapped the key: the erasure is final when all of them are gone (archive.md).
  master_ids text[] NOT NULL,
  journal_seq bigint NOT NULL,
  journal_hash bytea NOT NULL,
  erased_at timestamptz NOT NULL,
  destroyed_at timestamptz
);
CREATE INDEX tombstone_by_organisation ON ohjaustila.tombstone (organisation_id, erased_at);
CREATE INDEX tombstone_undestroyed ON ohjaustila.tombstone (erased_at) WHERE destroyed_at IS NULL;

-- Customers who were in a space that is destroyed: each is looked at in a transaction of its own, and goes when it was
-- their last.
CREATE TABLE ohjaustila.person_check (
  person_id uuid PRIMARY KEY,
  queued_at timestamptz NOT NULL
);

ALTER TABLE ohjaustila.space ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.space FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.space_secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.space_secret FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.participant ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.participant FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.my_space ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.my_space FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.due ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.due FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.tombstone ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.tombstone FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.person_check ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.person_check FORCE ROW LEVEL SECURITY;

CREATE POLICY own ON ohjaustila.my_space FOR SELECT TO :"service"
  USING (principal = ohjaustila.principal());
CREATE POLICY narrow ON ohjaustila.my_space TO :"narrow" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.my_space TO :"scheduler" USING (true);

-- A participant sees the space as long as their role does.
-- OFFSET 0 here and below keeps the planner from turning EXISTS into a hash of all spaces of the principal. On a fresh
-- database it would, and long-lived connections keep that plan: 4 ms a read at 4,000 spaces instead of 0.09.
CREATE POLICY participant ON ohjaustila.space TO :"service"
  USING (EXISTS (
    SELECT FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = space.id
      AND mine.visible_until > ohjaustila.instant_now() OFFSET 0));
-- An admin sees the organisation's envelopes until they are archived and not while they are restricted, like all staff.
CREATE POLICY admin ON ohjaustila.space TO :"service"
  USING (archives_at > ohjaustila.instant_now() AND restricted_at IS NULL AND EXISTS (
    SELECT FROM ohjaustila.my_organisation mine
    WHERE mine.principal = ohjaustila.principal() AND mine.organisation_id = space.organisation_id
      AND mine.role = 'admin'));
CREATE POLICY narrow ON ohjaustila.space TO :"narrow" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.space TO :"scheduler" USING (true);
CREATE POLICY dpo ON ohjaustila.space FOR SELECT TO :"dpo" USING (true);

CREATE POLICY participant ON ohjaustila.space_secret TO :"service"
  USING (EXISTS (
    SELECT FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = space_secret.space_id
      AND mine.visible_until > ohjaustila.instant_now() OFFSET 0));
CREATE POLICY scheduler ON ohjaustila.space_secret TO :"scheduler" USING (true);

CREATE POLICY participant ON ohjaustila.participant TO :"service"
  USING (EXISTS (
    SELECT FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = participant.space_id
      AND mine.visible_until > ohjaustila.instant_now() OFFSET 0));
CREATE POLICY narrow ON ohjaustila.participant TO :"narrow" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.participant TO :"scheduler" USING (true);

CREATE POLICY narrow ON ohjaustila.due TO :"narrow" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.due TO :"scheduler" USING (true) WITH CHECK (true);

CREATE POLICY scheduler ON ohjaustila.person_check TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.tombstone TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY dpo ON ohjaustila.tombstone FOR SELECT TO :"dpo" USING (true);

GRANT SELECT, INSERT ON ohjaustila.space, ohjaustila.space_secret, ohjaustila.participant TO :"service";
-- The timeline's columns are left out: only the narrow function record_life writes those.
GRANT UPDATE (version, topics, language, journaled_through, journal_seq, journal_hash, journal_at, message_count,
  file_count, content_at) ON ohjaustila.space TO :"service";
GRANT UPDATE (title) ON ohjaustila.space_secret TO :"service";
GRANT UPDATE (name, entered_at, last_authenticated_at, left_at, invitation_index, invitation_expires_at)
  ON ohjaustila.participant TO :"service";
GRANT SELECT ON ohjaustila.my_space TO :"service";

GRANT SELECT, UPDATE ON ohjaustila.space TO :"narrow";
GRANT SELECT, INSERT, UPDATE, DELETE ON ohjaustila.my_space, ohjaustila.due TO :"narrow";
GRANT SELECT (space_id, id, role, account_id, person_id, left_at, invitation_index, invitation_expires_at),
  UPDATE (person_id, left_at, invitation_index, invitation_expires_at) ON ohjaustila.participant TO :"narrow";

GRANT SELECT, UPDATE, DELETE ON ohjaustila.space TO :"scheduler";
GRANT SELECT (space_id, master_id, wrapped_key), DELETE ON ohjaustila.space_secret TO :"scheduler";
-- Addresses too: it is the scheduler that sends. Names it does not need.
GRANT SELECT (space_id, id, role, account_id, person_id, email, left_at), DELETE ON ohjaustila.participant
  TO :"scheduler";
GRANT SELECT, DELETE ON ohjaustila.my_space TO :"scheduler";
GRANT SELECT, INSERT, UPDATE, DELETE ON ohjaustila.due TO :"scheduler";
GRANT SELECT, INSERT, UPDATE ON ohjaustila.tombstone TO :"scheduler";
-- A row lock needs the right to update some column.
GRANT SELECT, INSERT, DELETE, UPDATE (queued_at) ON ohjaustila.person_check TO :"scheduler";

GRANT SELECT ON ohjaustila.space, ohjaustila.tombstone TO :"dpo";
GRANT SELECT ON ALL TABLES IN SCHEMA ohjaustila TO :"backup";
