-- Rights of staff that have an end: commitments that expire, rights that nobody uses; and what became of every role.

ALTER TABLE ohjaustila.staff_member
  -- The last whole day of the confidentiality commitment; NULL while it stands for good. The instant stands beside it.
  ADD COLUMN commitment_valid_until date,
  ADD COLUMN commitment_ends_at timestamptz NOT NULL DEFAULT 'infinity',
  -- The last local day with a request of theirs; written once a day. NULL: none yet.
  ADD COLUMN last_used_on date,
  -- When an admin last said that these rights are needed. Of who is there already: today.
  ADD COLUMN reviewed_on date NOT NULL DEFAULT (ohjaustila.instant_now() AT TIME ZONE 'Europe/Helsinki')::date,
  ADD CHECK ((commitment_valid_until IS NULL) = (commitment_ends_at = 'infinity')),
  ADD CHECK (commitment_valid_until IS NULL
    OR (commitment_signed_on IS NOT NULL AND commitment_valid_until >= commitment_signed_on));
ALTER TABLE ohjaustila.staff_member ALTER COLUMN reviewed_on DROP DEFAULT;
CREATE INDEX staff_member_by_use ON ohjaustila.staff_member ((greatest(reviewed_on, last_used_on)))
  WHERE cardinality(roles) > 0;

ALTER TABLE ohjaustila.my_space
  -- On whose staff a counsellor is here: the space's organisation, or a second professional's own.
  ADD COLUMN staff_of uuid REFERENCES ohjaustila.organisation,
  -- When the counsellor's commitment ends. Whoever writes visible_until takes the earlier of the two, or is refused.
  ADD COLUMN rights_until timestamptz NOT NULL DEFAULT 'infinity',
  ADD CHECK (visible_until <= rights_until);
CREATE POLICY filling ON ohjaustila.my_space TO :"owner" USING (true) WITH CHECK (true);
CREATE POLICY filling ON ohjaustila.space FOR SELECT TO :"owner" USING (true);
UPDATE ohjaustila.my_space m SET staff_of = s.organisation_id FROM ohjaustila.space s
  WHERE s.id = m.space_id AND m.role = 'counsellor';
DROP POLICY filling ON ohjaustila.my_space;
DROP POLICY filling ON ohjaustila.space;
-- It is checked against every row, whatever policies hide: the filling missed none.
ALTER TABLE ohjaustila.my_space ADD CHECK ((role = 'counsellor') = (staff_of IS NOT NULL));
CREATE INDEX my_space_by_staff ON ohjaustila.my_space (staff_of, principal);

-- What became of every member's rights: who, when, what. Append-only by privilege; written by the narrow functions, so
-- that no change goes without.
CREATE TABLE ohjaustila.staff_history (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES ohjaustila.organisation,
  account_id uuid NOT NULL REFERENCES ohjaustila.staff_account,
  subject text NOT NULL,
  at timestamptz NOT NULL,
  -- Appointed, changed and renewed by somebody; ended by an admin's review; lapsed by themselves; dismissed.
  what text NOT NULL CHECK (what IN ('appointed', 'changed', 'renewed', 'ended', 'lapsed', 'dismissed')),
  by_whom text NOT NULL CHECK (by_whom IN ('admin', 'operator', 'service')),
  by_account uuid REFERENCES ohjaustila.staff_account,
  -- What was left.
  roles text[] NOT NULL,
  commitment_signed_on date,
  commitment_valid_until date,
  CHECK ((by_whom = 'admin') = (by_account IS NOT NULL)),
  CHECK ((what = 'lapsed') = (by_whom = 'service')),
  CHECK (what NOT IN ('ended', 'lapsed', 'dismissed') OR roles = '{}')
);
CREATE INDEX staff_history_by_organisation ON ohjaustila.staff_history (organisation_id, number);
CREATE INDEX staff_history_by_account ON ohjaustila.staff_history (account_id);
CREATE INDEX staff_history_by_author ON ohjaustila.staff_history (by_account);
ALTER TABLE ohjaustila.staff_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.staff_history FORCE ROW LEVEL SECURITY;
CREATE POLICY admin ON ohjaustila.staff_history FOR SELECT TO :"service"
  USING (EXISTS (
    SELECT FROM ohjaustila.my_organisation mine
    WHERE mine.principal = ohjaustila.principal() AND mine.organisation_id = staff_history.organisation_id
      AND mine.role = 'admin'));
CREATE POLICY officer ON ohjaustila.staff_history FOR SELECT TO :"dpo"
  USING (EXISTS (
    SELECT FROM ohjaustila.my_organisation mine
    WHERE mine.principal = ohjaustila.principal() AND mine.organisation_id = staff_history.organisation_id
      AND mine.role = 'dataProtectionOfficer'));
CREATE POLICY narrow ON ohjaustila.staff_history FOR INSERT TO :"narrow" WITH CHECK (true);
GRANT SELECT ON ohjaustila.staff_history TO :"service", :"dpo", :"backup";
GRANT INSERT ON ohjaustila.staff_history TO :"narrow";

-- Writes down what became of some members, as they are now. Called by the functions below only.
CREATE FUNCTION ohjaustila.note_staff(
  organisations uuid[], accounts uuid[], the_what text, the_whom text, left_roles boolean
) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  INSERT INTO ohjaustila.staff_history (organisation_id, account_id, subject, at, what, by_whom, by_account, roles,
      commitment_signed_on, commitment_valid_until)
    SELECT m.organisation_id, m.account_id, m.subject, ohjaustila.instant_now(), the_what, the_whom,
      CASE WHEN the_whom = 'admin' THEN ohjaustila.principal() END,
      CASE WHEN left_roles THEN m.roles ELSE '{}' END, m.commitment_signed_on, m.commitment_valid_until
    FROM unnest(organisations, accounts) AS u (organisation, account)
    JOIN ohjaustila.staff_member m ON m.organisation_id = u.organisation AND m.account_id = u.account
    ORDER BY m.organisation_id, m.account_id;
END;

-- By the organisation whose staff they are on, also where the space is another's.
CREATE OR REPLACE FUNCTION ohjaustila.hold_spaces(organisation uuid, account uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT FROM ohjaustila.space s
    WHERE s.id IN (SELECT m.space_id FROM ohjaustila.my_space m WHERE m.principal = account AND m.staff_of = organisation)
    ORDER BY s.id FOR NO KEY UPDATE;
END;

DROP FUNCTION ohjaustila.readmit;
-- Recomputes what a member sees of spaces. Called by appoint only, which holds the spaces.
CREATE FUNCTION ohjaustila.readmit(organisation uuid, account uuid, suspend boolean, ends_at timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE ohjaustila.my_space m
    SET suspended = suspend, rights_until = ends_at,
      visible_until = least(ends_at, ohjaustila.visible_until(
        m.role, suspend, s.restricted_at IS NOT NULL, s.archives_at, s.erases_at))
    FROM ohjaustila.space s
    WHERE m.principal = account AND m.staff_of = organisation AND s.id = m.space_id;
END;

DROP FUNCTION ohjaustila.appoint;
-- Adds or changes a member of an organisation's staff; returns the account and whether the member is new. An admin who
-- names a member's roles has reviewed them.
-- Callers: an admin of the organisation; anyone in the transaction that made the organisation (its first admins).
CREATE FUNCTION ohjaustila.appoint(
  organisation uuid, new_account_id uuid, the_issuer text, the_subject text, the_name text, the_email text,
  the_roles text[], commitment date, valid_until date, ends_at timestamptz, today date,
  OUT account uuid, OUT created boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  now_at timestamptz := ohjaustila.instant_now();
  by_admin boolean := EXISTS (SELECT FROM ohjaustila.my_organisation m WHERE m.principal = ohjaustila.principal()
    AND m.organisation_id = organisation AND m.role = 'admin');
BEGIN
  IF NOT by_admin AND NOT EXISTS (SELECT FROM ohjaustila.organisation o
    WHERE o.id = organisation AND o.xmin::text = pg_current_xact_id()::xid::text)
  THEN
    RAISE EXCEPTION 'only an admin of the organisation appoints its staff' USING ERRCODE = 'OJ002';
  END IF;
  PERFORM FROM ohjaustila.my_organisation m WHERE m.organisation_id = organisation AND m.role = 'admin' FOR UPDATE;
  INSERT INTO ohjaustila.staff_account (id, issuer, subject, created_at)
    VALUES (new_account_id, the_issuer, the_subject, now_at) ON CONFLICT (issuer, subject) DO NOTHING;
  SELECT id INTO STRICT account FROM ohjaustila.staff_account
    WHERE issuer = the_issuer AND subject = the_subject FOR NO KEY UPDATE;
  created := NOT EXISTS (SELECT FROM ohjaustila.staff_member m
    WHERE m.organisation_id = organisation AND m.account_id = account);
  INSERT INTO ohjaustila.staff_member AS m (organisation_id, account_id, issuer, subject, name, email, roles,
      commitment_signed_on, commitment_valid_until, commitment_ends_at, reviewed_on, created_at, updated_at)
    VALUES (organisation, account, the_issuer, the_subject, the_name, the_email, the_roles, commitment, valid_until,
      ends_at, today, now_at, now_at)
    ON CONFLICT (organisation_id, account_id) DO UPDATE SET name = excluded.name, email = excluded.email,
      roles = excluded.roles, commitment_signed_on = excluded.commitment_signed_on,
      commitment_valid_until = excluded.commitment_valid_until, commitment_ends_at = excluded.commitment_ends_at,
      reviewed_on = excluded.reviewed_on, updated_at = excluded.updated_at;
  DELETE FROM ohjaustila.my_organisation m
    WHERE m.principal = account AND m.organisation_id = organisation AND m.role <> ALL (the_roles);
  INSERT INTO ohjaustila.my_organisation (principal, organisation_id, role)
    SELECT account, organisation, role FROM unnest(the_roles) AS role ON CONFLICT DO NOTHING;
  PERFORM ohjaustila.hold_spaces(organisation, account);
  PERFORM ohjaustila.readmit(organisation, account, NOT ('counsellor' = ANY (the_roles)) OR commitment IS NULL, ends_at);
  PERFORM ohjaustila.note_staff(ARRAY[organisation], ARRAY[account],
    CASE WHEN created THEN 'appointed' ELSE 'changed' END, CASE WHEN by_admin THEN 'admin' ELSE 'operator' END, true);
  PERFORM ohjaustila.require_admin(organisation);
END
$$;

-- Ends a membership and with it every access to spaces, at once. Callers: an admin of the organisation.
CREATE OR REPLACE FUNCTION ohjaustila.dismiss(organisation uuid, account uuid) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE was_member boolean;
BEGIN
  IF NOT EXISTS (SELECT FROM ohjaustila.my_organisation m WHERE m.principal = ohjaustila.principal()
      AND m.organisation_id = organisation AND m.role = 'admin')
  THEN
    RAISE EXCEPTION 'only an admin of the organisation dismisses its staff' USING ERRCODE = 'OJ002';
  END IF;
  PERFORM FROM ohjaustila.my_organisation m WHERE m.organisation_id = organisation AND m.role = 'admin' FOR UPDATE;
  PERFORM FROM ohjaustila.staff_member m WHERE m.account_id = account AND m.organisation_id = organisation FOR UPDATE;
  PERFORM ohjaustila.note_staff(ARRAY[organisation], ARRAY[account], 'dismissed', 'admin', false);
  -- First the membership: a space that the member is opening at this moment is waited for, and seen below.
  DELETE FROM ohjaustila.staff_member m WHERE m.account_id = account AND m.organisation_id = organisation;
  was_member := FOUND;
  DELETE FROM ohjaustila.my_organisation m WHERE m.principal = account AND m.organisation_id = organisation;
  PERFORM ohjaustila.hold_spaces(organisation, account);
  DELETE FROM ohjaustila.my_space m WHERE m.principal = account AND m.staff_of = organisation;
  PERFORM ohjaustila.require_admin(organisation);
  RETURN was_member;
END
$$;

-- Takes all rights from some members, who stay on the staff without any. Called by the two functions below, which have
-- locked the members.
CREATE FUNCTION ohjaustila.end_rights(organisations uuid[], accounts uuid[], the_what text, the_whom text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM ohjaustila.note_staff(organisations, accounts, the_what, the_whom, false);
  UPDATE ohjaustila.staff_member m SET roles = '{}', updated_at = ohjaustila.instant_now()
    FROM unnest(organisations, accounts) AS u (organisation, account)
    WHERE m.organisation_id = u.organisation AND m.account_id = u.account;
  DELETE FROM ohjaustila.my_organisation m USING unnest(organisations, accounts) AS u (organisation, account)
    WHERE m.organisation_id = u.organisation AND m.principal = u.account;
  PERFORM FROM ohjaustila.space s WHERE s.id IN (
      SELECT m.space_id FROM unnest(organisations, accounts) AS u (organisation, account)
      JOIN ohjaustila.my_space m ON m.staff_of = u.organisation AND m.principal = u.account)
    ORDER BY s.id FOR NO KEY UPDATE;
  UPDATE ohjaustila.my_space m SET suspended = true, visible_until = '-infinity'
    FROM unnest(organisations, accounts) AS u (organisation, account)
    WHERE m.staff_of = u.organisation AND m.principal = u.account;
END
$$;

-- Ends rights that were neither used nor renewed after that day, of at most so many members; of one account only where
-- one is named. Returns how many members lost theirs. Of an organisation's admins the one who came last is left, or
-- nobody could appoint anybody. Callers: the scheduler; note_use.
CREATE FUNCTION ohjaustila.end_unused_rights(lapsed_through date, only_account uuid, most bigint) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  organisations uuid[];
  accounts uuid[];
BEGIN
  -- Admins first, as everybody does who changes a staff.
  PERFORM FROM ohjaustila.my_organisation o WHERE o.role = 'admin' AND o.organisation_id IN (
      SELECT m.organisation_id FROM ohjaustila.staff_member m
      WHERE cardinality(m.roles) > 0 AND greatest(m.reviewed_on, m.last_used_on) <= lapsed_through
        AND (only_account IS NULL OR m.account_id = only_account))
    ORDER BY o.organisation_id, o.principal FOR UPDATE;
  SELECT array_agg(u.organisation_id), array_agg(u.account_id) INTO organisations, accounts FROM (
    SELECT m.organisation_id, m.account_id FROM ohjaustila.staff_member m
    WHERE cardinality(m.roles) > 0 AND greatest(m.reviewed_on, m.last_used_on) <= lapsed_through
      AND (only_account IS NULL OR m.account_id = only_account)
      AND (NOT 'admin' = ANY (m.roles) OR EXISTS (
        SELECT FROM ohjaustila.staff_member o
        WHERE o.organisation_id = m.organisation_id AND 'admin' = ANY (o.roles)
          AND (greatest(o.reviewed_on, o.last_used_on), o.account_id)
            > (greatest(m.reviewed_on, m.last_used_on), m.account_id)))
    ORDER BY m.organisation_id, m.account_id LIMIT most FOR UPDATE OF m) u;
  IF organisations IS NULL THEN RETURN 0; END IF;
  PERFORM ohjaustila.end_rights(organisations, accounts, 'lapsed', 'service');
  RETURN cardinality(organisations);
END
$$;

-- Whether a request of the account would be its first of the day. Callers: the service, for who signed in.
CREATE FUNCTION ohjaustila.use_is_news(account uuid, today date) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT EXISTS (SELECT FROM ohjaustila.staff_member m WHERE m.account_id = account AND cardinality(m.roles) > 0
    AND (m.last_used_on IS NULL OR m.last_used_on < today));
END;

-- Writes down that the principal came today, after what had lapsed by then is ended: the scheduler is not waited for.
-- Returns how many memberships lost their rights. Callers: the service, for who signed in.
CREATE FUNCTION ohjaustila.note_use(today date, lapsed_through date) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE ended bigint := 0;
BEGIN
  IF lapsed_through IS NOT NULL THEN
    ended := ohjaustila.end_unused_rights(lapsed_through, ohjaustila.principal(), 1000);
  END IF;
  PERFORM FROM ohjaustila.staff_member m WHERE m.account_id = ohjaustila.principal()
    ORDER BY m.organisation_id FOR NO KEY UPDATE;
  UPDATE ohjaustila.staff_member m SET last_used_on = today
    WHERE m.account_id = ohjaustila.principal() AND cardinality(m.roles) > 0
      AND (m.last_used_on IS NULL OR m.last_used_on < today);
  RETURN ended;
END
$$;

-- An admin's review: these are needed, those end. Returns subjects that name no member with rights; then nothing is done.
-- Callers: an admin of the organisation.
CREATE FUNCTION ohjaustila.review_access(organisation uuid, renewed text[], ended text[], today date) RETURNS text[]
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  unknown text[];
  kept uuid[];
  gone uuid[];
BEGIN
  IF NOT EXISTS (SELECT FROM ohjaustila.my_organisation m WHERE m.principal = ohjaustila.principal()
      AND m.organisation_id = organisation AND m.role = 'admin')
  THEN
    RAISE EXCEPTION 'only an admin of the organisation reviews its staff' USING ERRCODE = 'OJ002';
  END IF;
  PERFORM FROM ohjaustila.my_organisation m WHERE m.organisation_id = organisation AND m.role = 'admin' FOR UPDATE;
  PERFORM FROM ohjaustila.staff_member m
    WHERE m.organisation_id = organisation AND m.subject = ANY (renewed || ended) ORDER BY m.account_id FOR UPDATE;
  SELECT array_agg(s) INTO unknown FROM unnest(renewed || ended) AS s WHERE NOT EXISTS (
    SELECT FROM ohjaustila.staff_member m
    WHERE m.organisation_id = organisation AND m.subject = s AND cardinality(m.roles) > 0);
  IF unknown IS NOT NULL THEN RETURN unknown; END IF;
  SELECT coalesce(array_agg(m.account_id) FILTER (WHERE m.subject = ANY (renewed)), '{}'),
      coalesce(array_agg(m.account_id) FILTER (WHERE m.subject = ANY (ended)), '{}') INTO kept, gone
    FROM ohjaustila.staff_member m WHERE m.organisation_id = organisation AND m.subject = ANY (renewed || ended);
  UPDATE ohjaustila.staff_member m SET reviewed_on = today
    WHERE m.organisation_id = organisation AND m.account_id = ANY (kept);
  PERFORM ohjaustila.note_staff(array_fill(organisation, ARRAY[cardinality(kept)]), kept, 'renewed', 'admin', true);
  PERFORM ohjaustila.end_rights(array_fill(organisation, ARRAY[cardinality(gone)]), gone, 'ended', 'admin');
  PERFORM ohjaustila.require_admin(organisation);
  RETURN '{}';
END
$$;

-- How many spaces staff may see at all, by register and state, and by register and month of opening: rounded down to
-- fives, and none below five, so that no cell and no difference of cells speaks of one person. Exact numbers stay here.
-- Callers: a supervisor or an admin of the organisation.
CREATE FUNCTION ohjaustila.figures(organisation uuid, zone text)
  RETURNS TABLE (register text, state text, month date, spaces bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT f.register, f.state, f.month, count(*) / 5 * 5
  FROM (
    SELECT s.register, date_trunc('month', s.opened_at AT TIME ZONE zone)::date AS month,
      CASE WHEN s.closes_at > ohjaustila.instant_now() THEN 'active'
        WHEN s.seals_at > ohjaustila.instant_now() THEN 'reactivatable' ELSE 'closed' END AS state
    FROM ohjaustila.space s
    WHERE s.organisation_id = organisation AND s.archives_at > ohjaustila.instant_now() AND s.restricted_at IS NULL
      AND EXISTS (SELECT FROM ohjaustila.my_organisation mine WHERE mine.principal = ohjaustila.principal()
        AND mine.organisation_id = organisation AND mine.role IN ('supervisor', 'admin'))) f
  GROUP BY GROUPING SETS ((f.register, f.state), (f.register, f.month)) HAVING count(*) >= 5
  ORDER BY f.register, f.month, f.state;
END;

-- As before, and never beyond the end of a counsellor's commitment.
CREATE OR REPLACE FUNCTION ohjaustila.record_life(
  the_space uuid, expected_version bigint,
  new_anchor_at timestamptz, new_anchor_kind text, new_closed_at timestamptz, new_archived_early_at timestamptz,
  new_hold_last_day date, new_hold_reason text, new_restricted_at timestamptz, new_grace_last_day date,
  new_erasure_decided_at timestamptz,
  new_closes_at timestamptz, new_seals_at timestamptz, new_archives_at timestamptz, new_erases_at timestamptz,
  new_base_erases_at timestamptz, new_active_last_day date, new_reactivatable_last_day date,
  new_sealed_last_day date, new_archived_last_day date,
  new_journaled_through timestamptz, new_journal_seq bigint, new_journal_hash bytea, new_journal_at timestamptz,
  new_message_count bigint, new_file_count bigint, next_due timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE ohjaustila.space s SET
    version = s.version + 1,
    anchor_at = new_anchor_at, anchor_kind = new_anchor_kind, closed_at = new_closed_at,
    archived_early_at = new_archived_early_at, hold_last_day = new_hold_last_day, hold_reason = new_hold_reason,
    restricted_at = new_restricted_at, grace_last_day = new_grace_last_day, erasure_decided_at = new_erasure_decided_at,
    closes_at = new_closes_at, seals_at = new_seals_at, archives_at = new_archives_at, erases_at = new_erases_at,
    base_erases_at = new_base_erases_at, active_last_day = new_active_last_day,
    reactivatable_last_day = new_reactivatable_last_day, sealed_last_day = new_sealed_last_day,
    archived_last_day = new_archived_last_day,
    journaled_through = new_journaled_through, journal_seq = new_journal_seq, journal_hash = new_journal_hash,
    journal_at = new_journal_at, message_count = new_message_count, file_count = new_file_count,
    content_at = new_journal_at
  WHERE s.id = the_space AND s.version = expected_version
    AND (EXISTS (SELECT FROM ohjaustila.my_space m WHERE m.principal = ohjaustila.principal()
          AND m.space_id = s.id AND m.visible_until > ohjaustila.instant_now())
      OR EXISTS (SELECT FROM ohjaustila.my_organisation m WHERE m.principal = ohjaustila.principal()
          AND m.organisation_id = s.organisation_id AND m.role = 'admin'));
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the space has another version, or is not the caller''s to change' USING ERRCODE = 'OJ001';
  END IF;
  UPDATE ohjaustila.my_space m SET visible_until = least(m.rights_until,
      ohjaustila.visible_until(m.role, m.suspended, new_restricted_at IS NOT NULL, new_archives_at, new_erases_at))
    WHERE m.space_id = the_space;
  UPDATE ohjaustila.due d SET at = next_due, retry_at = '-infinity', skips = 0 WHERE d.space_id = the_space;
END
$$;

-- As before, and never beyond the end of a counsellor's commitment.
CREATE OR REPLACE FUNCTION ohjaustila.record_decision(
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
  UPDATE ohjaustila.my_space m SET visible_until = least(m.rights_until,
      ohjaustila.visible_until(m.role, m.suspended, new_restricted_at IS NOT NULL, new_archives_at, new_erases_at))
    WHERE m.space_id = the_space;
  UPDATE ohjaustila.due d SET at = next_due, retry_at = '-infinity', skips = 0 WHERE d.space_id = the_space;
END
$$;

REVOKE ALL ON FUNCTION ohjaustila.note_staff, ohjaustila.readmit, ohjaustila.appoint, ohjaustila.end_rights,
  ohjaustila.end_unused_rights, ohjaustila.use_is_news, ohjaustila.note_use, ohjaustila.review_access,
  ohjaustila.figures FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.appoint, ohjaustila.use_is_news, ohjaustila.note_use, ohjaustila.review_access,
  ohjaustila.figures TO :"service";
GRANT EXECUTE ON FUNCTION ohjaustila.end_unused_rights TO :"scheduler";
GRANT EXECUTE ON FUNCTION ohjaustila.note_staff, ohjaustila.readmit, ohjaustila.appoint, ohjaustila.end_rights,
  ohjaustila.end_unused_rights, ohjaustila.use_is_news, ohjaustila.note_use, ohjaustila.review_access,
  ohjaustila.figures TO :"narrow";
ALTER FUNCTION ohjaustila.note_staff OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.readmit OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.appoint OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.end_rights OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.end_unused_rights OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.use_is_news OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.note_use OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.review_access OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.figures OWNER TO :"narrow";
