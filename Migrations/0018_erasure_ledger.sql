-- The erasure ledger is a file outside the database. Which one it is, and how much of it this database has seen, stand
-- here: no second ledger can take its place, and no shorter one. A restored backup has seen less than there is.
CREATE TABLE ohjaustila.erasure_ledger (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id uuid NOT NULL,
  -- The last entry that came with a commit.
  number bigint NOT NULL CHECK (number > 0),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  -- Raised by a process that finds what another left unfinished: that one can't commit any more.
  term bigint NOT NULL DEFAULT 1 CHECK (term > 0)
);
ALTER TABLE ohjaustila.erasure_ledger ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.erasure_ledger FORCE ROW LEVEL SECURITY;
CREATE POLICY scheduler ON ohjaustila.erasure_ledger TO :"scheduler" USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON ohjaustila.erasure_ledger TO :"scheduler";
GRANT SELECT ON ohjaustila.erasure_ledger TO :"backup";

-- The ledger's name for the transaction that erased the space. NULL: before there was a ledger.
ALTER TABLE ohjaustila.tombstone ADD COLUMN ledger_batch uuid;

-- Certificates: an organisation's admins and officers see its tombstones. There is no personal data in them.
CREATE POLICY staff ON ohjaustila.tombstone FOR SELECT TO :"service"
  USING (EXISTS (
    SELECT FROM ohjaustila.my_organisation mine
    WHERE mine.principal = ohjaustila.principal() AND mine.organisation_id = tombstone.organisation_id
      AND mine.role IN ('admin', 'dataProtectionOfficer')));
GRANT SELECT ON ohjaustila.tombstone TO :"service";

-- A search outlives the person it found; who it was goes with the person.
CREATE INDEX data_subject_search_by_person ON ohjaustila.data_subject_search (person_id) WHERE person_id IS NOT NULL;
CREATE POLICY narrow_update ON ohjaustila.data_subject_search FOR UPDATE TO :"narrow" USING (true) WITH CHECK (true);
CREATE POLICY narrow_select ON ohjaustila.data_subject_search FOR SELECT TO :"narrow" USING (true);
GRANT SELECT (person_id), UPDATE (person_id) ON ohjaustila.data_subject_search TO :"narrow";

-- Takes people who are gone out of the searches that found them. Callers: the scheduler, in the transaction in which they
-- go.
CREATE FUNCTION ohjaustila.forget_in_searches(people uuid[]) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE ohjaustila.data_subject_search s SET person_id = NULL
  WHERE s.person_id = ANY (people) AND NOT EXISTS (SELECT FROM ohjaustila.person p WHERE p.id = s.person_id);
END;
REVOKE ALL ON FUNCTION ohjaustila.forget_in_searches FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.forget_in_searches TO :"scheduler", :"narrow";
ALTER FUNCTION ohjaustila.forget_in_searches OWNER TO :"narrow";

-- As before, but that two places in one space are one space, and that the person is locked meanwhile: who goes now is
-- either not found, or taken out of the search after it.
CREATE OR REPLACE FUNCTION ohjaustila.search_data_subject(search uuid, the_hetu bytea)
  RETURNS TABLE (space_id uuid, participant_id uuid)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  subject uuid;
  now_at timestamptz := ohjaustila.instant_now();
BEGIN
  SELECT p.id INTO subject FROM ohjaustila.person p WHERE p.hetu_index = the_hetu FOR KEY SHARE;
  INSERT INTO ohjaustila.data_subject_search
      (id, organisation_id, account_id, person_id, spaces_found, searched_at)
    -- Who is known to others only is nobody here.
    SELECT search, mine.organisation_id, ohjaustila.principal(), CASE WHEN found.spaces > 0 THEN subject END,
      found.spaces, now_at
    FROM ohjaustila.my_organisation mine CROSS JOIN LATERAL (
      SELECT count(DISTINCT s.id) AS spaces FROM ohjaustila.participant p JOIN ohjaustila.space s ON s.id = p.space_id
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

-- What an officer decided about one customer of several whose space lives on. The sweep writes it into the ledger, so that
-- a backup does not bring the customer back; it is done by then.
CREATE TABLE ohjaustila.participant_erasure (
  space_id uuid NOT NULL,
  participant_id uuid NOT NULL,
  with_messages boolean NOT NULL,
  with_files boolean NOT NULL,
  erased_at timestamptz NOT NULL,
  is_written boolean NOT NULL DEFAULT false,
  PRIMARY KEY (space_id, participant_id),
  FOREIGN KEY (space_id, participant_id) REFERENCES ohjaustila.participant (space_id, id)
);
CREATE INDEX participant_erasure_unwritten ON ohjaustila.participant_erasure (erased_at) WHERE NOT is_written;
ALTER TABLE ohjaustila.participant_erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.participant_erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY scheduler ON ohjaustila.participant_erasure TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY narrow ON ohjaustila.participant_erasure TO :"narrow" USING (true) WITH CHECK (true);
GRANT SELECT, UPDATE (is_written), DELETE ON ohjaustila.participant_erasure TO :"scheduler";
GRANT SELECT, INSERT, UPDATE ON ohjaustila.participant_erasure TO :"narrow";
GRANT SELECT ON ohjaustila.participant_erasure TO :"backup";

CREATE POLICY narrow_erasing ON ohjaustila.archive_link FOR DELETE TO :"narrow" USING (true);
CREATE POLICY narrow ON ohjaustila.archive_taken FOR SELECT TO :"narrow" USING (true);
CREATE POLICY narrow_erasing ON ohjaustila.archive_taken FOR DELETE TO :"narrow" USING (true);
GRANT DELETE ON ohjaustila.archive_link, ohjaustila.archive_taken TO :"narrow";
GRANT SELECT (space_id, participant_id) ON ohjaustila.archive_taken TO :"narrow";

-- Destroys what is known of one customer of several, and as decided their messages' text and their files. A file that is
-- published no more is an upload nobody finished: its chunks go in the scheduler's bounded steps, like all such.
-- Callers: who has locked the space; the scheduler when a backup brought the customer back, and erase_participant.
CREATE FUNCTION ohjaustila.destroy_participant(
  the_space uuid, participant uuid, with_messages boolean, with_files boolean, at timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE the_person uuid;
BEGIN
  SELECT p.person_id INTO STRICT the_person FROM ohjaustila.participant p
    WHERE p.space_id = the_space AND p.id = participant AND p.role = 'customer';
  UPDATE ohjaustila.participant p
    SET name = NULL, email = NULL, person_id = NULL, invitation_index = NULL, invitation_expires_at = NULL,
      last_authenticated_at = NULL, left_at = coalesce(p.left_at, at), erased_at = coalesce(p.erased_at, at)
    WHERE p.space_id = the_space AND p.id = participant;
  DELETE FROM ohjaustila.my_space m WHERE m.space_id = the_space AND m.participant_id = participant;
  DELETE FROM ohjaustila.feedback f WHERE f.space_id = the_space AND f.participant_id = participant;
  DELETE FROM ohjaustila.outbox o WHERE o.space_id = the_space AND o.participant_id = participant;
  DELETE FROM ohjaustila.archive_edition e WHERE e.space_id = the_space AND e.participant_id = participant;
  DELETE FROM ohjaustila.archive_link l WHERE l.space_id = the_space AND l.participant_id = participant;
  DELETE FROM ohjaustila.archive_taken t WHERE t.space_id = the_space AND t.participant_id = participant;
  DELETE FROM ohjaustila.resumable_upload r WHERE r.space_id = the_space AND r.participant_id = participant;
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
    WITH gone AS (
      DELETE FROM ohjaustila.quarantined_file q WHERE q.space_id = the_space AND q.participant_id = participant
      RETURNING q.upload_id, q.is_refused)
    INSERT INTO ohjaustila.upload (space_id, id, participant_id, started_at)
      SELECT the_space, g.upload_id, participant, '-infinity' FROM gone g WHERE NOT g.is_refused;
  END IF;
  IF the_person IS NOT NULL THEN
    -- DO UPDATE waits for whoever looks at that person just now, and would not see this place go.
    INSERT INTO ohjaustila.person_check AS c (person_id, queued_at) VALUES (the_person, at)
      ON CONFLICT (person_id) DO UPDATE SET queued_at = excluded.queued_at;
  END IF;
  INSERT INTO ohjaustila.participant_erasure AS e
      (space_id, participant_id, with_messages, with_files, erased_at)
    VALUES (the_space, participant, with_messages, with_files, at)
    ON CONFLICT (space_id, participant_id) DO UPDATE
      SET with_messages = e.with_messages OR excluded.with_messages, with_files = e.with_files OR excluded.with_files,
        is_written = false;
END
$$;
REVOKE ALL ON FUNCTION ohjaustila.destroy_participant FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.destroy_participant TO :"scheduler", :"narrow";
ALTER FUNCTION ohjaustila.destroy_participant OWNER TO :"narrow";

-- As before, with every place in the space that is or was the same person's. Callers: an officer of the space's
-- organisation, who has locked the space.
CREATE OR REPLACE FUNCTION ohjaustila.erase_participant(
  the_space uuid, participant uuid, with_messages boolean, with_files boolean, at timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  places uuid[];
  place uuid;
BEGIN
  IF the_space IS DISTINCT FROM ohjaustila.officers_space() THEN
    RAISE EXCEPTION 'only an officer of its organisation erases a participant of a space' USING ERRCODE = 'OJ002';
  END IF;
  -- Read before the first of them forgets whose it was.
  SELECT array_agg(other.id ORDER BY other.id = p.id DESC, other.id) INTO STRICT places
    FROM ohjaustila.participant p JOIN ohjaustila.participant other ON other.space_id = p.space_id
      AND (other.id = p.id OR other.person_id = p.person_id)
    WHERE p.space_id = the_space AND p.id = participant AND p.role = 'customer';
  FOREACH place IN ARRAY places LOOP
    PERFORM ohjaustila.destroy_participant(the_space, place, with_messages, with_files, at);
  END LOOP;
END
$$;

-- Whether no other customer would be left of whom there is a life in the space: one who is here, and who has entered
-- where the one in question has. Another place of the same person is no other customer, and an unused invitation nobody.
-- Callers: an officer of the space's organisation; true for everybody else.
CREATE FUNCTION ohjaustila.is_last_customer(the_space uuid, participant uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT NOT EXISTS (
    SELECT FROM ohjaustila.participant mine JOIN ohjaustila.participant other ON other.space_id = mine.space_id
      AND other.id <> mine.id AND other.role = 'customer' AND other.left_at IS NULL
    WHERE mine.space_id = the_space AND mine.id = participant AND the_space = ohjaustila.officers_space()
      AND (other.person_id IS NULL OR other.person_id IS DISTINCT FROM mine.person_id)
      AND (other.entered_at IS NOT NULL OR NOT EXISTS (
        SELECT FROM ohjaustila.participant place WHERE place.space_id = mine.space_id
          AND (place.id = mine.id OR place.person_id = mine.person_id)
          AND place.entered_at IS NOT NULL AND place.erased_at IS NULL)));
END;
REVOKE ALL ON FUNCTION ohjaustila.is_last_customer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.is_last_customer TO :"dpo", :"narrow";
ALTER FUNCTION ohjaustila.is_last_customer OWNER TO :"narrow";
