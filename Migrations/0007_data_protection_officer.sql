-- The data protection officer (GDPR 37–39): a role on an organisation's staff, and what it reaches on a pool of its own.

-- An officer does not decide on what they manage themselves (GDPR 38(6)): never an admin and an officer in one person.
ALTER TABLE ohjaustila.staff_member DROP CONSTRAINT staff_member_roles_check;
ALTER TABLE ohjaustila.staff_member ADD CONSTRAINT staff_member_roles_check CHECK (
  roles <@ ARRAY['counsellor', 'adviser', 'admin', 'supervisor', 'dataProtectionOfficer']
  AND NOT roles @> ARRAY['admin', 'dataProtectionOfficer']);

-- The officers of an organisation reach its envelopes, archived and restricted ones too, until they are erased.
-- What stood here before let the login role see every organisation's.
DROP POLICY dpo ON ohjaustila.space;
DROP POLICY dpo ON ohjaustila.tombstone;
DROP POLICY dpo ON ohjaustila.journal;

CREATE POLICY officer ON ohjaustila.my_organisation FOR SELECT TO :"dpo"
  USING (principal = ohjaustila.principal());
-- A row lock needs the right to update some column, so the policy is for more than SELECT.
CREATE POLICY officer ON ohjaustila.space TO :"dpo"
  USING (erases_at > ohjaustila.instant_now() AND EXISTS (
    SELECT FROM ohjaustila.my_organisation mine
    WHERE mine.principal = ohjaustila.principal() AND mine.organisation_id = space.organisation_id
      AND mine.role = 'dataProtectionOfficer'));
CREATE POLICY officer ON ohjaustila.tombstone FOR SELECT TO :"dpo"
  USING (EXISTS (
    SELECT FROM ohjaustila.my_organisation mine
    WHERE mine.principal = ohjaustila.principal() AND mine.organisation_id = tombstone.organisation_id
      AND mine.role = 'dataProtectionOfficer'));

-- The current space when the principal is an officer of its organisation. The journal's rows say nothing of
-- organisations, and a policy names no other table with long policies of its own: it asks here, once a statement.
CREATE FUNCTION ohjaustila.officers_space() RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT s.id FROM ohjaustila.space s
  JOIN ohjaustila.my_organisation mine ON mine.organisation_id = s.organisation_id
    AND mine.principal = ohjaustila.principal() AND mine.role = 'dataProtectionOfficer'
  WHERE s.id = ohjaustila.current_space() AND s.erases_at > ohjaustila.instant_now();
END;

CREATE POLICY officer ON ohjaustila.journal FOR SELECT TO :"dpo"
  USING (space_id = (SELECT ohjaustila.officers_space()));
CREATE POLICY officer_append ON ohjaustila.journal FOR INSERT TO :"dpo"
  WITH CHECK (space_id = (SELECT ohjaustila.officers_space()));
CREATE POLICY officer_append ON ohjaustila.outbox FOR INSERT TO :"dpo"
  WITH CHECK (space_id = (SELECT ohjaustila.officers_space()));

GRANT SELECT ON ohjaustila.my_organisation, ohjaustila.dev_clock TO :"dpo";
GRANT SELECT, INSERT, DELETE ON ohjaustila.idempotency TO :"dpo";
GRANT EXECUTE ON FUNCTION ohjaustila.claim_request(bigint) TO :"dpo";
-- The head of the journal's chain and what counts changes; facts and timeline only through record_decision.
GRANT UPDATE (version, journaled_through, journal_seq, journal_hash, journal_at, message_count, file_count, content_at)
  ON ohjaustila.space TO :"dpo";
GRANT INSERT ON ohjaustila.journal, ohjaustila.outbox TO :"dpo";

-- Writes what an officer may decide of a space's facts (hold, restriction, grace, erasure) and the timeline that comes of
-- it, everybody's view and the due queue with it. Comes last in its transaction, like record_life.
-- Callers: an officer of the space's organisation. Raises unless the space has the expected version.
CREATE FUNCTION ohjaustila.record_decision(
  the_space uuid, expected_version bigint,
  new_hold_last_day date, new_hold_reason text, new_restricted_at timestamptz, new_grace_last_day date,
  new_erasure_decided_at timestamptz,
  new_closes_at timestamptz, new_seals_at timestamptz, new_archives_at timestamptz, new_erases_at timestamptz,
  new_base_erases_at timestamptz, new_active_last_day date, new_reactivatable_last_day date,
  new_sealed_last_day date, new_archived_last_day date,
  new_journaled_through timestamptz, new_journal_seq bigint, new_journal_hash bytea, new_journal_at timestamptz,
  next_due timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE ohjaustila.space s SET
    version = s.version + 1,
    hold_last_day = new_hold_last_day, hold_reason = new_hold_reason, restricted_at = new_restricted_at,
    grace_last_day = new_grace_last_day, erasure_decided_at = new_erasure_decided_at,
    closes_at = new_closes_at, seals_at = new_seals_at, archives_at = new_archives_at, erases_at = new_erases_at,
    base_erases_at = new_base_erases_at, active_last_day = new_active_last_day,
    reactivatable_last_day = new_reactivatable_last_day, sealed_last_day = new_sealed_last_day,
    archived_last_day = new_archived_last_day,
    journaled_through = new_journaled_through, journal_seq = new_journal_seq, journal_hash = new_journal_hash,
    journal_at = new_journal_at, content_at = new_journal_at
  WHERE s.id = the_space AND s.version = expected_version AND s.id = ohjaustila.officers_space();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the space has another version, or is not the caller''s to decide on' USING ERRCODE = 'OJ001';
  END IF;
  UPDATE ohjaustila.my_space m SET visible_until =
      ohjaustila.visible_until(m.role, m.suspended, new_restricted_at IS NOT NULL, new_archives_at, new_erases_at)
    WHERE m.space_id = the_space;
  UPDATE ohjaustila.due d SET at = next_due, retry_at = '-infinity', skips = 0 WHERE d.space_id = the_space;
END
$$;

REVOKE ALL ON FUNCTION ohjaustila.officers_space, ohjaustila.record_decision FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.officers_space, ohjaustila.record_decision TO :"dpo", :"narrow";
ALTER FUNCTION ohjaustila.officers_space OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.record_decision OWNER TO :"narrow";

-- Holds as officers decide them. The space's own row has the one that stands; here are proposals and the past too.
CREATE TABLE ohjaustila.hold (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  id uuid NOT NULL,
  -- The space's, again: the policy asks for it without asking for the space.
  organisation_id uuid NOT NULL REFERENCES ohjaustila.organisation,
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 64),
  last_day date NOT NULL,
  proposed_by uuid NOT NULL,
  proposed_at timestamptz NOT NULL,
  -- A second person, or nobody where the policy asks for none.
  approved_by uuid CHECK (approved_by <> proposed_by),
  -- Since when it is in effect; NULL is a proposal.
  placed_at timestamptz,
  -- NULL until an officer ends it or another takes its place. A last day that passes writes nothing.
  ended_at timestamptz,
  ended_how text CHECK (ended_how IN ('lapsed', 'released', 'replaced', 'withdrawn')),
  PRIMARY KEY (space_id, id),
  CHECK (approved_by IS NULL OR placed_at IS NOT NULL),
  CHECK ((ended_at IS NULL) = (ended_how IS NULL)),
  CHECK ((ended_how = 'withdrawn') = (ended_at IS NOT NULL AND placed_at IS NULL))
);
CREATE UNIQUE INDEX hold_in_effect ON ohjaustila.hold (space_id) WHERE placed_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX hold_by_organisation ON ohjaustila.hold (organisation_id);

-- Who searched for a person's spaces, and how many were found: never what was searched for. Append-only by privilege,
-- written by the function that searches, so that no search goes unlogged.
CREATE TABLE ohjaustila.data_subject_search (
  id uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES ohjaustila.organisation,
  account_id uuid NOT NULL,
  -- Nobody of that code is known here: NULL. No foreign key: it outlives the person, and says nothing of them then.
  person_id uuid,
  spaces_found bigint NOT NULL CHECK (spaces_found >= 0),
  searched_at timestamptz NOT NULL,
  PRIMARY KEY (id, organisation_id)
);
CREATE INDEX data_subject_search_by_organisation ON ohjaustila.data_subject_search (organisation_id, searched_at);

-- A text that was removed leaves its place in the order; a removed participant the place they wrote from.
ALTER TABLE ohjaustila.message ALTER COLUMN body DROP NOT NULL, ADD COLUMN removed_at timestamptz,
  ADD CHECK ((body IS NULL) = (removed_at IS NOT NULL));
ALTER TABLE ohjaustila.participant ADD COLUMN erased_at timestamptz,
  ADD CHECK (erased_at IS NULL
    OR (name IS NULL AND email IS NULL AND person_id IS NULL AND invitation_index IS NULL AND left_at IS NOT NULL));

ALTER TABLE ohjaustila.hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.hold FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.data_subject_search ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.data_subject_search FORCE ROW LEVEL SECURITY;

CREATE POLICY officer ON ohjaustila.hold TO :"dpo"
  USING (EXISTS (
    SELECT FROM ohjaustila.my_organisation mine
    WHERE mine.principal = ohjaustila.principal() AND mine.organisation_id = hold.organisation_id
      AND mine.role = 'dataProtectionOfficer'))
  WITH CHECK (space_id = (SELECT ohjaustila.officers_space()));
CREATE POLICY scheduler ON ohjaustila.hold TO :"scheduler" USING (true);
CREATE POLICY officer ON ohjaustila.data_subject_search FOR SELECT TO :"dpo"
  USING (EXISTS (
    SELECT FROM ohjaustila.my_organisation mine
    WHERE mine.principal = ohjaustila.principal() AND mine.organisation_id = data_subject_search.organisation_id
      AND mine.role = 'dataProtectionOfficer'));
CREATE POLICY narrow ON ohjaustila.data_subject_search FOR INSERT TO :"narrow" WITH CHECK (true);
-- Which places there are in the current space, by the columns granted below: no name, no address, no person.
CREATE POLICY officer ON ohjaustila.participant FOR SELECT TO :"dpo"
  USING (space_id = (SELECT ohjaustila.officers_space()));
CREATE POLICY narrow ON ohjaustila.message TO :"narrow" USING (true) WITH CHECK (true);
CREATE POLICY narrow ON ohjaustila.file TO :"narrow" USING (true);
CREATE POLICY narrow ON ohjaustila.upload TO :"narrow" USING (true) WITH CHECK (true);
CREATE POLICY narrow ON ohjaustila.feedback TO :"narrow" USING (true);
CREATE POLICY narrow ON ohjaustila.outbox TO :"narrow" USING (true);
CREATE POLICY narrow ON ohjaustila.person_check TO :"narrow" USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE (approved_by, placed_at, ended_at, ended_how) ON ohjaustila.hold TO :"dpo";
GRANT SELECT (space_id), DELETE ON ohjaustila.hold TO :"scheduler";
GRANT SELECT ON ohjaustila.data_subject_search TO :"dpo";
GRANT SELECT (space_id, id, role, left_at) ON ohjaustila.participant TO :"dpo";
GRANT INSERT ON ohjaustila.data_subject_search, ohjaustila.person_check TO :"narrow";
GRANT SELECT, UPDATE (queued_at) ON ohjaustila.person_check TO :"narrow";
GRANT SELECT (erased_at), UPDATE (name, email, last_authenticated_at, erased_at) ON ohjaustila.participant TO :"narrow";
GRANT SELECT (space_id, participant_id, removed_at), UPDATE (body, removed_at) ON ohjaustila.message TO :"narrow";
GRANT SELECT (space_id, participant_id, upload_id), DELETE ON ohjaustila.file TO :"narrow";
GRANT SELECT (space_id, participant_id, id), INSERT, UPDATE (started_at) ON ohjaustila.upload TO :"narrow";
GRANT SELECT (space_id, participant_id), DELETE ON ohjaustila.feedback, ohjaustila.outbox TO :"narrow";
GRANT SELECT ON ohjaustila.hold, ohjaustila.data_subject_search TO :"backup";

-- Destroys what is known of one customer of several, and as decided their messages' text and their files. A file that is
-- published no more is an upload nobody finished: its chunks go in the scheduler's bounded steps, like all such.
-- Callers: an officer of the space's organisation, who has locked the space.
CREATE FUNCTION ohjaustila.erase_participant(
  the_space uuid, participant uuid, with_messages boolean, with_files boolean, at timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE the_person uuid;
BEGIN
  IF the_space IS DISTINCT FROM ohjaustila.officers_space() THEN
    RAISE EXCEPTION 'only an officer of its organisation erases a participant of a space' USING ERRCODE = 'OJ002';
  END IF;
  SELECT p.person_id INTO STRICT the_person FROM ohjaustila.participant p
    WHERE p.space_id = the_space AND p.id = participant AND p.role = 'customer';
  UPDATE ohjaustila.participant p
    SET name = NULL, email = NULL, person_id = NULL, invitation_index = NULL, invitation_expires_at = NULL,
      last_authenticated_at = NULL, left_at = coalesce(p.left_at, at), erased_at = coalesce(p.erased_at, at)
    WHERE p.space_id = the_space AND p.id = participant;
  DELETE FROM ohjaustila.my_space m WHERE m.space_id = the_space AND m.participant_id = participant;
  DELETE FROM ohjaustila.feedback f WHERE f.space_id = the_space AND f.participant_id = participant;
  DELETE FROM ohjaustila.outbox o WHERE o.space_id = the_space AND o.participant_id = participant;
  UPDATE ohjaustila.upload u SET started_at = '-infinity'
    WHERE u.space_id = the_space AND u.participant_id = participant;
  IF with_messages THEN
    UPDATE ohjaustila.message m SET body = NULL, removed_at = at
      WHERE m.space_id = the_space AND m.participant_id = participant AND m.removed_at IS NULL;
  END IF;
  IF with_files THEN
    WITH unpublished AS (
      DELETE FROM ohjaustila.file f WHERE f.space_id = the_space AND f.participant_id = participant
      RETURNING f.upload_id)
    INSERT INTO ohjaustila.upload (space_id, id, participant_id, started_at)
      SELECT the_space, u.upload_id, participant, '-infinity' FROM unpublished u;
  END IF;
  IF the_person IS NOT NULL THEN
    -- DO UPDATE waits for whoever looks at that person just now, and would not see this place go.
    INSERT INTO ohjaustila.person_check AS c (person_id, queued_at) VALUES (the_person, at)
      ON CONFLICT (person_id) DO UPDATE SET queued_at = excluded.queued_at;
  END IF;
END
$$;

-- The spaces of a person, by the keyed hash of their code, in the organisations whose officer the caller is; the search
-- itself is written down for each of those. Callers: an officer of any organisation.
CREATE FUNCTION ohjaustila.search_data_subject(search uuid, the_hetu bytea)
  RETURNS TABLE (space_id uuid, participant_id uuid)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  subject uuid;
  now_at timestamptz := ohjaustila.instant_now();
BEGIN
  SELECT p.id INTO subject FROM ohjaustila.person p WHERE p.hetu_index = the_hetu;
  INSERT INTO ohjaustila.data_subject_search
      (id, organisation_id, account_id, person_id, spaces_found, searched_at)
    -- Who is known to others only is nobody here.
    SELECT search, mine.organisation_id, ohjaustila.principal(), CASE WHEN found.spaces > 0 THEN subject END,
      found.spaces, now_at
    FROM ohjaustila.my_organisation mine CROSS JOIN LATERAL (
      SELECT count(*) AS spaces FROM ohjaustila.participant p JOIN ohjaustila.space s ON s.id = p.space_id
      WHERE p.person_id = subject AND s.organisation_id = mine.organisation_id AND s.erases_at > now_at) found
    WHERE mine.principal = ohjaustila.principal() AND mine.role = 'dataProtectionOfficer';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only a data protection officer searches for a person' USING ERRCODE = 'OJ002';
  END IF;
  RETURN QUERY
    SELECT p.space_id, p.id FROM ohjaustila.participant p
    JOIN ohjaustila.space s ON s.id = p.space_id
    JOIN ohjaustila.my_organisation mine ON mine.organisation_id = s.organisation_id
      AND mine.principal = ohjaustila.principal() AND mine.role = 'dataProtectionOfficer'
    WHERE p.person_id = subject AND s.erases_at > now_at;
END
$$;

REVOKE ALL ON FUNCTION ohjaustila.erase_participant, ohjaustila.search_data_subject FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.erase_participant, ohjaustila.search_data_subject TO :"dpo", :"narrow";
ALTER FUNCTION ohjaustila.erase_participant OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.search_data_subject OWNER TO :"narrow";
