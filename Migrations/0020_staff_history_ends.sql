-- The history of staff's rights ends, as the looks do that it explains.

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

REVOKE ALL ON FUNCTION ohjaustila.expire_staff_history FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.expire_staff_history TO :"scheduler", :"narrow";
ALTER FUNCTION ohjaustila.expire_staff_history OWNER TO :"narrow";
