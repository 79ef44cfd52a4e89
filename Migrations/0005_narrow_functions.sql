-- The few writes that hide what they touch, or look up what nobody may list, go through functions owned by a role that
-- logs in nowhere and owns no table. Each says in its first lines who may call it.

-- How long a role sees a space: the customer until it is erased, staff until it is archived and never while it is
-- restricted or the member has no confidentiality commitment.
CREATE FUNCTION ohjaustila.visible_until(
  role text, suspended boolean, restricted boolean, archives_at timestamptz, erases_at timestamptz
) RETURNS timestamptz LANGUAGE sql IMMUTABLE
  RETURN CASE
    WHEN role = 'customer' THEN erases_at
    WHEN suspended OR restricted THEN '-infinity'::timestamptz
    ELSE archives_at
  END;

-- The account of (issuer, subject) while it is on some staff; NULL otherwise. Who has left every staff may be a customer
-- like anybody else.
CREATE FUNCTION ohjaustila.find_account(the_issuer text, the_subject text) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT a.id FROM ohjaustila.staff_account a
  WHERE a.issuer = the_issuer AND a.subject = the_subject
    AND EXISTS (SELECT FROM ohjaustila.staff_member m WHERE m.account_id = a.id);
END;

-- The person behind keyed hashes: the personal identity code decides, the issuer's subject only when there is none.
CREATE FUNCTION ohjaustila.find_person(the_hetu bytea, the_subject bytea) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT id FROM ohjaustila.person
  WHERE hetu_index = the_hetu OR (subject_index = the_subject AND (the_hetu IS NULL OR hetu_index IS NULL))
  ORDER BY (hetu_index = the_hetu) DESC NULLS LAST LIMIT 1;
END;

-- The person behind the hashes, made when there is none, locked until the transaction ends: an erasure that counts a
-- person's spaces takes the same lock, so that neither misses the other. What is given is used for a new person only.
CREATE FUNCTION ohjaustila.ensure_person(
  new_id uuid, new_master_id text, new_wrapped_key bytea, new_hetu_index bytea, new_hetu bytea,
  new_subject_index bytea, new_subject bytea, new_name bytea, new_email bytea, new_language text,
  new_non_disclosure boolean
) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE found_id uuid;
BEGIN
  -- The personal identity code decides who somebody is: a subject that is known with another code stays with it.
  IF new_hetu_index IS NOT NULL AND EXISTS (SELECT FROM ohjaustila.person
    WHERE subject_index = new_subject_index AND hetu_index <> new_hetu_index)
  THEN
    new_subject_index := NULL;
    new_subject := NULL;
  END IF;
  LOOP
    found_id := ohjaustila.find_person(new_hetu_index, new_subject_index);
    IF found_id IS NOT NULL THEN
      PERFORM FROM ohjaustila.person WHERE id = found_id FOR NO KEY UPDATE;
      IF FOUND THEN RETURN found_id; END IF;
      CONTINUE;  -- erased while we waited
    END IF;
    BEGIN
      INSERT INTO ohjaustila.person (id, master_id, wrapped_key, hetu_index, hetu, subject_index, subject, name, email,
        language, non_disclosure, created_at)
      VALUES (new_id, new_master_id, new_wrapped_key, new_hetu_index, new_hetu, new_subject_index, new_subject,
        new_name, new_email, new_language, new_non_disclosure, ohjaustila.instant_now());
      RETURN new_id;
    EXCEPTION WHEN unique_violation THEN
      NULL;  -- another transaction made the same person first: find it
    END;
  END LOOP;
END
$$;

-- Refuses to leave an organisation without an admin. The callers hold a lock on its admins' rows.
CREATE FUNCTION ohjaustila.require_admin(organisation uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ohjaustila.my_organisation m
    WHERE m.organisation_id = organisation AND m.role = 'admin')
  THEN
    RAISE EXCEPTION 'the organisation would be left without an admin' USING ERRCODE = 'OJ003';
  END IF;
END
$$;

-- Adds or changes a member of an organisation's staff; returns the account and whether the member is new.
-- Callers: an admin of the organisation; anyone in the transaction that made the organisation (its first admins).
CREATE FUNCTION ohjaustila.appoint(
  organisation uuid, new_account_id uuid, the_issuer text, the_subject text, the_name text, the_email text,
  the_roles text[], commitment date, OUT account uuid, OUT created boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE now_at timestamptz := ohjaustila.instant_now();
BEGIN
  IF NOT EXISTS (SELECT FROM ohjaustila.my_organisation m WHERE m.principal = ohjaustila.principal()
      AND m.organisation_id = organisation AND m.role = 'admin')
    AND NOT EXISTS (SELECT FROM ohjaustila.organisation o
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
  INSERT INTO ohjaustila.staff_member AS m
    (organisation_id, account_id, issuer, subject, name, email, roles, commitment_signed_on, created_at, updated_at)
    VALUES (organisation, account, the_issuer, the_subject, the_name, the_email, the_roles, commitment, now_at, now_at)
    ON CONFLICT (organisation_id, account_id) DO UPDATE SET name = excluded.name, email = excluded.email,
      roles = excluded.roles, commitment_signed_on = excluded.commitment_signed_on, updated_at = excluded.updated_at;
  DELETE FROM ohjaustila.my_organisation m
    WHERE m.principal = account AND m.organisation_id = organisation AND m.role <> ALL (the_roles);
  INSERT INTO ohjaustila.my_organisation (principal, organisation_id, role)
    SELECT account, organisation, role FROM unnest(the_roles) AS role ON CONFLICT DO NOTHING;
  PERFORM ohjaustila.hold_spaces(organisation, account);
  PERFORM ohjaustila.readmit(organisation, account, NOT ('counsellor' = ANY (the_roles)) OR commitment IS NULL);
  PERFORM ohjaustila.require_admin(organisation);
END
$$;

-- Locks the spaces of an organisation that a member is in, in the order everybody locks spaces: what a fact is making of
-- a timeline at this moment is waited for and not overwritten from an older reading.
CREATE FUNCTION ohjaustila.hold_spaces(organisation uuid, account uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT FROM ohjaustila.space s
    WHERE s.organisation_id = organisation AND s.id IN (
      SELECT m.space_id FROM ohjaustila.my_space m WHERE m.principal = account AND m.role = 'counsellor')
    ORDER BY s.id FOR NO KEY UPDATE;
END;

-- Recomputes what a member sees of the organisation's spaces. Called by appoint only, which holds the spaces.
CREATE FUNCTION ohjaustila.readmit(organisation uuid, account uuid, suspend boolean) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE ohjaustila.my_space m
    SET suspended = suspend,
      visible_until = ohjaustila.visible_until(m.role, suspend, s.restricted_at IS NOT NULL, s.archives_at, s.erases_at)
    FROM ohjaustila.space s
    WHERE m.principal = account AND s.id = m.space_id AND s.organisation_id = organisation AND m.role = 'counsellor';
END;

-- Ends a membership and with it every access to the organisation's spaces, at once. Callers: an admin of it.
CREATE FUNCTION ohjaustila.dismiss(organisation uuid, account uuid) RETURNS boolean
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
  -- First the membership: a space that the member is opening at this moment is waited for, and seen below.
  DELETE FROM ohjaustila.staff_member m WHERE m.account_id = account AND m.organisation_id = organisation;
  was_member := FOUND;
  DELETE FROM ohjaustila.my_organisation m WHERE m.principal = account AND m.organisation_id = organisation;
  PERFORM ohjaustila.hold_spaces(organisation, account);
  DELETE FROM ohjaustila.my_space m USING ohjaustila.space s
    WHERE m.principal = account AND s.id = m.space_id AND s.organisation_id = organisation AND m.role = 'counsellor';
  PERFORM ohjaustila.require_admin(organisation);
  RETURN was_member;
END
$$;

-- Holds the caller's own membership as it is until the transaction ends: who opens a space stays appointed meanwhile.
CREATE FUNCTION ohjaustila.hold_membership(organisation uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT FROM ohjaustila.staff_member m
    WHERE m.organisation_id = organisation AND m.account_id = ohjaustila.principal() FOR SHARE;
END;

-- Lets a principal see a space. Callers: the transaction that opens the space (it does not exist yet), or a counsellor
-- who sees it.
CREATE FUNCTION ohjaustila.admit(
  space uuid, the_principal uuid, the_role text, participant uuid, until timestamptz, created timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM ohjaustila.space s WHERE s.id = space)
    AND NOT EXISTS (SELECT FROM ohjaustila.my_space m WHERE m.principal = ohjaustila.principal()
      AND m.space_id = space AND m.role = 'counsellor' AND m.visible_until > ohjaustila.instant_now())
  THEN
    RAISE EXCEPTION 'only a counsellor of the space admits to it' USING ERRCODE = 'OJ002';
  END IF;
  INSERT INTO ohjaustila.my_space (principal, space_id, role, participant_id, visible_until, suspended, created_at)
    VALUES (the_principal, space, the_role, participant, until, false, created);
END
$$;

-- Locks a space for who is not in it yet: an invitation is redeemed in a statement of its own behind this one, so that
-- its state is judged after the wait.
CREATE FUNCTION ohjaustila.hold_space(the_space uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT FROM ohjaustila.space s WHERE s.id = the_space FOR NO KEY UPDATE;
END;

-- Binds the customer who holds an invitation's code to their place in the space; false when the code is not that of an
-- unused, unexpired invitation to it. Callers: the service, for the person who signed in.
CREATE FUNCTION ohjaustila.redeem_invitation(the_space uuid, code bytea, person uuid) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  participant uuid;
  until timestamptz;
  created timestamptz;
BEGIN
  IF person IS DISTINCT FROM ohjaustila.principal() THEN
    RAISE EXCEPTION 'an invitation is redeemed for oneself' USING ERRCODE = 'OJ002';
  END IF;
  SELECT s.erases_at, s.created_at INTO until, created FROM ohjaustila.space s
    WHERE s.id = the_space AND s.seals_at > ohjaustila.instant_now() FOR NO KEY UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM ohjaustila.my_space m WHERE m.principal = person AND m.space_id = the_space) THEN
    RETURN false;
  END IF;
  UPDATE ohjaustila.participant p
    SET person_id = person, invitation_index = NULL, invitation_expires_at = NULL
    WHERE p.space_id = the_space AND p.invitation_index = code AND p.invitation_expires_at > ohjaustila.instant_now()
      AND p.person_id IS NULL AND p.left_at IS NULL
    RETURNING p.id INTO participant;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO ohjaustila.my_space (principal, space_id, role, participant_id, visible_until, suspended, created_at)
    VALUES (person, the_space, 'customer', participant, until, false, created);
  RETURN true;
END
$$;

-- Takes away a customer's or proposed participant's view, for an invitation that is withdrawn.
-- Callers: a counsellor who sees the space.
CREATE FUNCTION ohjaustila.withdraw(the_space uuid, participant uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ohjaustila.my_space m WHERE m.principal = ohjaustila.principal()
      AND m.space_id = the_space AND m.role = 'counsellor' AND m.visible_until > ohjaustila.instant_now())
  THEN
    RAISE EXCEPTION 'only a counsellor of the space withdraws an invitation to it' USING ERRCODE = 'OJ002';
  END IF;
  DELETE FROM ohjaustila.my_space m
    WHERE m.space_id = the_space AND m.participant_id = participant AND m.principal <> ohjaustila.principal();
END
$$;

-- Writes a space's facts and timeline, and everybody's view and the due queue with them. Comes last in its transaction:
-- the fact may hide the space from the very person who recorded it.
-- Callers: who sees the space, or an admin of its organisation. Raises unless the space has the expected version.
CREATE FUNCTION ohjaustila.record_life(
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
  UPDATE ohjaustila.my_space m SET visible_until =
      ohjaustila.visible_until(m.role, m.suspended, new_restricted_at IS NOT NULL, new_archives_at, new_erases_at)
    WHERE m.space_id = the_space;
  UPDATE ohjaustila.due d SET at = next_due, retry_at = '-infinity', skips = 0 WHERE d.space_id = the_space;
END
$$;

-- Puts a new space into the due queue. Callers: the transaction that opened it.
CREATE FUNCTION ohjaustila.schedule(the_space uuid, next_due timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  INSERT INTO ohjaustila.due (space_id, at) VALUES (the_space, next_due);
END;

-- The names of a space's counsellors, for an admin of its organisation: names in the space itself are sealed.
CREATE FUNCTION ohjaustila.counsellors(the_space uuid) RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT array_agg(member.name ORDER BY member.name)
  FROM ohjaustila.space s
  JOIN ohjaustila.my_organisation a ON a.organisation_id = s.organisation_id AND a.role = 'admin'
    AND a.principal = ohjaustila.principal()
  JOIN ohjaustila.my_space m ON m.space_id = s.id AND m.role = 'counsellor'
  JOIN ohjaustila.staff_member member ON member.organisation_id = s.organisation_id AND member.account_id = m.principal
  WHERE s.id = the_space;
END;

-- The spaces of an organisation that no counsellor of it is left in, for its admin: they wait to be closed or
-- transferred. Archived ones are as invisible here as everywhere.
CREATE FUNCTION ohjaustila.orphans(organisation uuid) RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT s.id FROM ohjaustila.space s
  WHERE s.organisation_id = organisation AND s.archives_at > ohjaustila.instant_now()
    AND EXISTS (SELECT FROM ohjaustila.my_organisation a WHERE a.principal = ohjaustila.principal()
      AND a.organisation_id = organisation AND a.role = 'admin')
    AND NOT EXISTS (SELECT FROM ohjaustila.my_space m WHERE m.space_id = s.id AND m.role = 'counsellor'
      AND NOT m.suspended);
END;

-- None of these is overloaded, so a name is enough.
REVOKE ALL ON FUNCTION
  ohjaustila.find_account,
  ohjaustila.find_person,
  ohjaustila.ensure_person,
  ohjaustila.appoint,
  ohjaustila.dismiss,
  ohjaustila.hold_membership,
  ohjaustila.hold_space,
  ohjaustila.hold_spaces,
  ohjaustila.admit,
  ohjaustila.redeem_invitation,
  ohjaustila.withdraw,
  ohjaustila.record_life,
  ohjaustila.schedule,
  ohjaustila.orphans,
  ohjaustila.counsellors,
  ohjaustila.readmit,
  ohjaustila.require_admin,
  ohjaustila.visible_until
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  ohjaustila.find_account,
  ohjaustila.find_person,
  ohjaustila.ensure_person,
  ohjaustila.appoint,
  ohjaustila.dismiss,
  ohjaustila.hold_membership,
  ohjaustila.hold_space,
  ohjaustila.admit,
  ohjaustila.redeem_invitation,
  ohjaustila.withdraw,
  ohjaustila.record_life,
  ohjaustila.schedule,
  ohjaustila.orphans,
  ohjaustila.counsellors,
  ohjaustila.visible_until
  TO :"service";
GRANT EXECUTE ON FUNCTION
  ohjaustila.find_account,
  ohjaustila.find_person,
  ohjaustila.ensure_person,
  ohjaustila.appoint,
  ohjaustila.dismiss,
  ohjaustila.hold_membership,
  ohjaustila.hold_space,
  ohjaustila.hold_spaces,
  ohjaustila.admit,
  ohjaustila.redeem_invitation,
  ohjaustila.withdraw,
  ohjaustila.record_life,
  ohjaustila.schedule,
  ohjaustila.orphans,
  ohjaustila.counsellors,
  ohjaustila.readmit,
  ohjaustila.require_admin,
  ohjaustila.visible_until
  TO :"narrow";

ALTER FUNCTION ohjaustila.find_account OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.find_person OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.ensure_person OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.appoint OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.dismiss OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.hold_membership OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.hold_space OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.hold_spaces OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.admit OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.redeem_invitation OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.withdraw OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.record_life OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.schedule OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.counsellors OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.orphans OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.readmit OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.require_admin OWNER TO :"narrow";
