-- People who come and go: transfer to another counsellor, a second professional with the customer's consent, leaving.

ALTER TABLE ohjaustila.participant
  -- Of a second professional: on whose staff. NULL: the space's own counsellor, or a customer.
  ADD COLUMN second_of uuid REFERENCES ohjaustila.organisation,
  -- Since when a second professional is in; NULL while they are only proposed, and of everybody else.
  ADD COLUMN accepted_at timestamptz,
  -- The number of the last message that they marked as read; nought: none.
  ADD COLUMN read_through bigint NOT NULL DEFAULT 0 CHECK (read_through >= 0),
  ADD CHECK (second_of IS NULL OR role = 'counsellor'),
  ADD CHECK (accepted_at IS NULL OR second_of IS NOT NULL);
CREATE INDEX participant_by_second_of ON ohjaustila.participant (second_of);
GRANT UPDATE (read_through) ON ohjaustila.participant TO :"service";
GRANT SELECT (second_of, accepted_at) ON ohjaustila.participant TO :"scheduler";
GRANT SELECT (second_of, accepted_at, entered_at), UPDATE (second_of, accepted_at, entered_at)
  ON ohjaustila.participant TO :"narrow";

-- Which customers of a space have agreed to a second professional: they come in when the last one has.
CREATE TABLE ohjaustila.colleague_consent (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  participant_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  given_at timestamptz NOT NULL,
  PRIMARY KEY (space_id, participant_id, customer_id),
  FOREIGN KEY (space_id, participant_id) REFERENCES ohjaustila.participant (space_id, id),
  FOREIGN KEY (space_id, customer_id) REFERENCES ohjaustila.participant (space_id, id)
);
CREATE INDEX colleague_consent_by_customer ON ohjaustila.colleague_consent (space_id, customer_id);
ALTER TABLE ohjaustila.colleague_consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.colleague_consent FORCE ROW LEVEL SECURITY;
CREATE POLICY narrow ON ohjaustila.colleague_consent TO :"narrow" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.colleague_consent TO :"scheduler" USING (true);
GRANT SELECT, INSERT ON ohjaustila.colleague_consent TO :"narrow";
GRANT SELECT (space_id), DELETE ON ohjaustila.colleague_consent TO :"scheduler";
GRANT SELECT ON ohjaustila.colleague_consent TO :"backup";

DROP FUNCTION ohjaustila.admit;
-- Lets a principal see a space. Callers: the transaction that opens the space (it does not exist yet), also for its
-- counsellor, on whose staff they are; or a counsellor who sees it, for a customer.
CREATE FUNCTION ohjaustila.admit(
  space uuid, the_principal uuid, the_role text, participant uuid, until timestamptz, created timestamptz,
  the_staff_of uuid
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE rights timestamptz := 'infinity';
BEGIN
  IF EXISTS (SELECT FROM ohjaustila.space s WHERE s.id = space)
    AND (the_role <> 'customer' OR NOT EXISTS (SELECT FROM ohjaustila.my_space m
      WHERE m.principal = ohjaustila.principal() AND m.space_id = space AND m.role = 'counsellor'
        AND m.visible_until > ohjaustila.instant_now()))
  THEN
    RAISE EXCEPTION 'only a counsellor of the space admits to it, and only customers' USING ERRCODE = 'OJ002';
  END IF;
  IF the_role = 'counsellor' THEN
    SELECT m.commitment_ends_at INTO STRICT rights FROM ohjaustila.staff_member m
      WHERE m.organisation_id = the_staff_of AND m.account_id = the_principal;
  END IF;
  INSERT INTO ohjaustila.my_space
      (principal, space_id, role, participant_id, visible_until, suspended, created_at, staff_of, rights_until)
    VALUES (the_principal, space, the_role, participant, least(until, rights), false, created, the_staff_of, rights);
END
$$;

-- Holds a member's place on a staff as it is until the transaction ends: comes before the space's lock, as everywhere.
-- Without an organisation it is that of the space. Says nothing; who may do what with it is decided behind the lock.
CREATE FUNCTION ohjaustila.hold_colleague(the_space uuid, organisation uuid, the_subject text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT FROM ohjaustila.staff_member m
    WHERE m.organisation_id = coalesce(organisation, (SELECT s.organisation_id FROM ohjaustila.space s WHERE s.id = the_space))
      AND m.subject = the_subject FOR SHARE;
END;

-- The same for who has been proposed.
CREATE FUNCTION ohjaustila.hold_proposed(the_space uuid, participant uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT FROM ohjaustila.staff_member m
    WHERE (m.organisation_id, m.account_id) = (SELECT p.second_of, p.account_id FROM ohjaustila.participant p
      WHERE p.space_id = the_space AND p.id = participant) FOR SHARE;
END;

-- Who a colleague is, when they are a counsellor there with a commitment that stands; no row otherwise, whatever the
-- reason. Callers: a counsellor who sees the space, or an admin of its organisation.
CREATE FUNCTION ohjaustila.find_colleague(the_space uuid, organisation uuid, the_subject text)
  RETURNS TABLE (account uuid, staff_of uuid, name text, rights_until timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT m.account_id, m.organisation_id, m.name, m.commitment_ends_at
  FROM ohjaustila.space s
  JOIN ohjaustila.staff_member m ON m.organisation_id = coalesce(organisation, s.organisation_id)
    AND m.subject = the_subject
  WHERE s.id = the_space AND 'counsellor' = ANY (m.roles) AND m.commitment_signed_on IS NOT NULL
    AND m.commitment_ends_at > ohjaustila.instant_now()
    AND (EXISTS (SELECT FROM ohjaustila.my_space mine WHERE mine.principal = ohjaustila.principal()
        AND mine.space_id = s.id AND mine.role = 'counsellor' AND mine.visible_until > ohjaustila.instant_now())
      OR EXISTS (SELECT FROM ohjaustila.my_organisation mine WHERE mine.principal = ohjaustila.principal()
        AND mine.organisation_id = s.organisation_id AND mine.role = 'admin'));
END;

-- Gives a space to another counsellor of its organisation and takes it from the one who had it. A second professional
-- stays, and one who is given the space is its own counsellor from then on.
-- Returns the recipient's place, whether it is a new one, and the places that ended; no row when the recipient has the
-- space already or may not have one, and never to an admin of the organisation: content would be one agreement of two
-- admins away. Callers: an admin of the organisation, never for themselves, with the space locked.
CREATE FUNCTION ohjaustila.transfer_space(the_space uuid, the_subject text, new_participant uuid, at timestamptz)
  RETURNS TABLE (account uuid, name text, participant uuid, is_new boolean, gone uuid[])
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  target ohjaustila.space%ROWTYPE;
  rights timestamptz;
BEGIN
  SELECT s.* INTO target FROM ohjaustila.space s WHERE s.id = the_space AND s.archives_at > ohjaustila.instant_now()
    AND s.restricted_at IS NULL AND EXISTS (
      SELECT FROM ohjaustila.my_organisation m WHERE m.principal = ohjaustila.principal()
        AND m.organisation_id = s.organisation_id AND m.role = 'admin');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only an admin of its organisation transfers a space' USING ERRCODE = 'OJ002';
  END IF;
  SELECT f.account, f.name, f.rights_until INTO account, name, rights
    FROM ohjaustila.find_colleague(the_space, target.organisation_id, the_subject) f;
  IF NOT FOUND OR EXISTS (SELECT FROM ohjaustila.staff_member m
      WHERE m.organisation_id = target.organisation_id AND m.account_id = account AND 'admin' = ANY (m.roles))
    OR EXISTS (SELECT FROM ohjaustila.my_space m JOIN ohjaustila.participant p
      ON p.space_id = m.space_id AND p.id = m.participant_id
    WHERE m.principal = account AND m.space_id = the_space AND p.second_of IS NULL)
  THEN
    RETURN;
  END IF;
  IF account = ohjaustila.principal() THEN
    RAISE EXCEPTION 'nobody transfers a space to themselves' USING ERRCODE = 'OJ002';
  END IF;
  WITH ended AS (
    UPDATE ohjaustila.participant p SET left_at = transfer_space.at
      WHERE p.space_id = the_space AND p.role = 'counsellor' AND p.second_of IS NULL AND p.left_at IS NULL
        AND p.account_id <> transfer_space.account
      RETURNING p.id)
  SELECT coalesce(array_agg(ended.id), '{}') INTO gone FROM ended;
  DELETE FROM ohjaustila.my_space m WHERE m.space_id = the_space AND m.participant_id = ANY (gone);
  UPDATE ohjaustila.participant p
    SET second_of = NULL, accepted_at = NULL, entered_at = coalesce(p.entered_at, transfer_space.at)
    WHERE p.space_id = the_space AND p.account_id = transfer_space.account AND p.left_at IS NULL
    RETURNING p.id INTO participant;
  is_new := NOT FOUND;
  participant := coalesce(participant, new_participant);
  INSERT INTO ohjaustila.my_space AS m
      (principal, space_id, role, participant_id, visible_until, suspended, created_at, staff_of, rights_until)
    VALUES (account, the_space, 'counsellor', participant, least(rights, target.archives_at), false, target.created_at,
      target.organisation_id, rights)
    ON CONFLICT (principal, space_id) DO UPDATE SET visible_until = excluded.visible_until, suspended = false,
      staff_of = excluded.staff_of, rights_until = excluded.rights_until;
  RETURN NEXT;
END
$$;

-- A customer's consent to a second professional: `accepted` when no other customer's is missing, `waiting` when one is,
-- `unavailable` for a professional who may not have a space any more, `none` where nobody is proposed.
-- Callers: a customer who sees the space, with the space locked.
CREATE FUNCTION ohjaustila.accept_colleague(the_space uuid, participant uuid, at timestamptz) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  customer uuid;
  proposed record;
  rights timestamptz;
BEGIN
  SELECT m.participant_id INTO customer FROM ohjaustila.my_space m WHERE m.principal = ohjaustila.principal()
    AND m.space_id = the_space AND m.role = 'customer' AND m.visible_until > ohjaustila.instant_now();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only a customer of the space accepts a second professional' USING ERRCODE = 'OJ002';
  END IF;
  SELECT p.account_id, p.second_of, s.created_at, s.restricted_at, s.archives_at, s.erases_at INTO proposed
    FROM ohjaustila.participant p JOIN ohjaustila.space s ON s.id = p.space_id
    WHERE p.space_id = the_space AND p.id = participant AND p.second_of IS NOT NULL AND p.accepted_at IS NULL
      AND p.left_at IS NULL;
  IF NOT FOUND THEN RETURN 'none'; END IF;
  INSERT INTO ohjaustila.colleague_consent (space_id, participant_id, customer_id, given_at)
    VALUES (the_space, participant, customer, at) ON CONFLICT DO NOTHING;
  IF EXISTS (SELECT FROM ohjaustila.participant p
    WHERE p.space_id = the_space AND p.role = 'customer' AND p.left_at IS NULL AND p.id <> customer
      AND p.entered_at IS NOT NULL AND NOT EXISTS (SELECT FROM ohjaustila.colleague_consent c
        WHERE c.space_id = the_space AND c.participant_id = accept_colleague.participant AND c.customer_id = p.id))
  THEN
    RETURN 'waiting';
  END IF;
  SELECT m.commitment_ends_at INTO rights FROM ohjaustila.staff_member m
    WHERE m.organisation_id = proposed.second_of AND m.account_id = proposed.account_id
      AND 'counsellor' = ANY (m.roles) AND m.commitment_signed_on IS NOT NULL
      AND m.commitment_ends_at > ohjaustila.instant_now();
  IF NOT FOUND THEN RETURN 'unavailable'; END IF;
  UPDATE ohjaustila.participant p SET accepted_at = accept_colleague.at, entered_at = accept_colleague.at
    WHERE p.space_id = the_space AND p.id = participant;
  INSERT INTO ohjaustila.my_space
      (principal, space_id, role, participant_id, visible_until, suspended, created_at, staff_of, rights_until)
    VALUES (proposed.account_id, the_space, 'counsellor', participant,
      least(rights, ohjaustila.visible_until('counsellor', false, proposed.restricted_at IS NOT NULL,
        proposed.archives_at, proposed.erases_at)),
      false, proposed.created_at, proposed.second_of, rights);
  RETURN 'accepted';
END
$$;

DROP FUNCTION ohjaustila.withdraw;
-- Ends somebody's place in a space, and with it their view at once. Comes last in its transaction: it may be the
-- caller's own. Callers: oneself, but for the space's own counsellor; a counsellor who sees
-- the space, for an invitation that nobody used and for a second professional; a customer of it, for the latter.
CREATE FUNCTION ohjaustila.end_place(the_space uuid, participant uuid, at timestamptz) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE mine record;
BEGIN
  SELECT m.role, m.participant_id INTO mine FROM ohjaustila.my_space m WHERE m.principal = ohjaustila.principal()
    AND m.space_id = the_space AND m.visible_until > ohjaustila.instant_now();
  UPDATE ohjaustila.participant p SET left_at = end_place.at, invitation_index = NULL, invitation_expires_at = NULL
    WHERE p.space_id = the_space AND p.id = participant AND p.left_at IS NULL AND mine.role IS NOT NULL
      AND (p.second_of IS NOT NULL OR (p.role = 'customer'
        AND (p.id = mine.participant_id OR (mine.role = 'counsellor' AND p.entered_at IS NULL))));
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this place is not the caller''s to end' USING ERRCODE = 'OJ002';
  END IF;
  DELETE FROM ohjaustila.my_space m WHERE m.space_id = the_space AND m.participant_id = participant;
END
$$;

-- By the staff each counsellor is on, also where that is another organisation's.
CREATE OR REPLACE FUNCTION ohjaustila.counsellors(the_space uuid) RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT array_agg(member.name ORDER BY member.name)
  FROM ohjaustila.space s
  JOIN ohjaustila.my_organisation a ON a.organisation_id = s.organisation_id AND a.role = 'admin'
    AND a.principal = ohjaustila.principal()
  JOIN ohjaustila.my_space m ON m.space_id = s.id AND m.role = 'counsellor'
  JOIN ohjaustila.staff_member member ON member.organisation_id = m.staff_of AND member.account_id = m.principal
  WHERE s.id = the_space;
END;

-- Spaces that no counsellor of the organisation itself can work in any more: dismissed, without rights or commitment. A
-- second professional of another organisation keeps no space going.
CREATE OR REPLACE FUNCTION ohjaustila.orphans(organisation uuid) RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT s.id FROM ohjaustila.space s
  WHERE s.organisation_id = organisation AND s.archives_at > ohjaustila.instant_now()
    AND EXISTS (SELECT FROM ohjaustila.my_organisation a WHERE a.principal = ohjaustila.principal()
      AND a.organisation_id = organisation AND a.role = 'admin')
    AND NOT EXISTS (SELECT FROM ohjaustila.my_space m WHERE m.space_id = s.id AND m.staff_of = organisation
      AND NOT m.suspended AND m.rights_until > ohjaustila.instant_now());
END;

REVOKE ALL ON FUNCTION ohjaustila.admit, ohjaustila.hold_colleague, ohjaustila.hold_proposed, ohjaustila.find_colleague,
  ohjaustila.transfer_space, ohjaustila.accept_colleague, ohjaustila.end_place FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.admit, ohjaustila.hold_colleague, ohjaustila.hold_proposed,
  ohjaustila.find_colleague, ohjaustila.transfer_space, ohjaustila.accept_colleague, ohjaustila.end_place
  TO :"service", :"narrow";
ALTER FUNCTION ohjaustila.admit OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.hold_colleague OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.hold_proposed OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.find_colleague OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.transfer_space OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.accept_colleague OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.end_place OWNER TO :"narrow";
