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
