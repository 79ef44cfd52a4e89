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

-- As before, but the person is locked meanwhile: who goes now is either not found, or taken out of the search after it.
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
