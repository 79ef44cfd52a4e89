-- What outlived its purpose: what an erased customer was sent, and the history of staff's rights.

CREATE POLICY narrow_erasing ON ohjaustila.archive_link FOR DELETE TO :"narrow" USING (true);
CREATE POLICY narrow ON ohjaustila.archive_taken FOR SELECT TO :"narrow" USING (true);
CREATE POLICY narrow_erasing ON ohjaustila.archive_taken FOR DELETE TO :"narrow" USING (true);
GRANT DELETE ON ohjaustila.archive_link, ohjaustila.archive_taken TO :"narrow";
GRANT SELECT (space_id, participant_id) ON ohjaustila.archive_taken TO :"narrow";

-- Deletes a participant's links and what is known of their downloads, beside erase_participant; the journal keeps that
-- there were some. Callers: an officer of the space's organisation, who has locked the space.
CREATE FUNCTION ohjaustila.erase_downloads(the_space uuid, participant uuid)
  RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF the_space IS DISTINCT FROM ohjaustila.officers_space() THEN
    RAISE EXCEPTION 'only an officer of its organisation erases downloads of a space' USING ERRCODE = 'OJ002';
  END IF;
  DELETE FROM ohjaustila.archive_link l WHERE l.space_id = the_space AND l.participant_id = participant;
  DELETE FROM ohjaustila.archive_taken t WHERE t.space_id = the_space AND t.participant_id = participant;
END
$$;

CREATE INDEX staff_history_by_time ON ohjaustila.staff_history (at);
CREATE POLICY narrow_reading ON ohjaustila.staff_history FOR SELECT TO :"narrow" USING (true);
CREATE POLICY narrow_expiring ON ohjaustila.staff_history FOR DELETE TO :"narrow" USING (true);
GRANT SELECT, DELETE ON ohjaustila.staff_history TO :"narrow";

-- Deletes at most so many entries from before an instant, the oldest first, and returns how many. The last of each member
-- stays while it says that they had rights then: without it nobody could tell what they have looked at since by what
-- right. Callers: the scheduler.
CREATE FUNCTION ohjaustila.expire_staff_history(before timestamptz, most bigint) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE gone bigint;
BEGIN
  IF before > ohjaustila.instant_now() THEN
    RAISE EXCEPTION 'nothing expires before it was written' USING ERRCODE = 'OJ002';
  END IF;
  -- Oldest first: what ended somebody's rights goes after what it ended, or that would look as if it still stood.
  DELETE FROM ohjaustila.staff_history WHERE number IN (
    SELECT h.number FROM ohjaustila.staff_history h
    WHERE h.at < before AND (h.roles = '{}' OR EXISTS (
      SELECT FROM ohjaustila.staff_history later
      WHERE later.account_id = h.account_id AND later.organisation_id = h.organisation_id
        AND later.number > h.number AND later.at < before))
    ORDER BY h.number LIMIT most);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$$;

REVOKE ALL ON FUNCTION ohjaustila.erase_downloads, ohjaustila.expire_staff_history FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.erase_downloads TO :"dpo", :"narrow";
GRANT EXECUTE ON FUNCTION ohjaustila.expire_staff_history TO :"scheduler", :"narrow";
ALTER FUNCTION ohjaustila.erase_downloads OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.expire_staff_history OWNER TO :"narrow";
