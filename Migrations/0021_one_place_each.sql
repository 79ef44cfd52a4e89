-- Somebody has one living place in a space, also when they come to be known as one person there; what is decided about
-- them is decided about all their places in it.

DROP FUNCTION ohjaustila.join_people;
-- Moves the places of a person known by their subject alone to the person of the code that the same token has, and with
-- them what that one lacks (sealed anew under the other's key). Where both have a living place in one space, an
-- invitation that nobody used gives way to the place that was entered; of two that were entered that of the code stays.
-- The other ends, and what was written from it stays in the space.
-- Returns the places that ended. Callers: the service, for who signs in with both.
CREATE FUNCTION ohjaustila.join_people(
  from_person uuid, into_person uuid, the_hetu bytea, the_subject bytea, new_subject bytea, new_name bytea,
  new_email bytea
) RETURNS TABLE (in_space uuid, ended uuid, kept uuid, was_entered boolean)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ordered boolean;
  pair record;
BEGIN
  SELECT p.non_disclosure INTO ordered FROM ohjaustila.person p
    WHERE p.id = from_person AND p.subject_index = the_subject AND p.hetu_index IS NULL FOR UPDATE;
  IF NOT FOUND OR NOT EXISTS (SELECT FROM ohjaustila.person p WHERE p.id = into_person AND p.hetu_index = the_hetu) THEN
    RAISE EXCEPTION 'the token does not stand for these two' USING ERRCODE = 'OJ002';
  END IF;
  PERFORM FROM ohjaustila.space s
    WHERE s.id IN (SELECT p.space_id FROM ohjaustila.participant p WHERE p.person_id = from_person)
    ORDER BY s.id FOR NO KEY UPDATE;
  FOR pair IN
    SELECT p.space_id, p.id AS own, p.entered_at IS NOT NULL AS own_entered, q.id AS coded,
      q.entered_at IS NOT NULL AS coded_entered
    FROM ohjaustila.participant p JOIN ohjaustila.participant q ON q.space_id = p.space_id
      AND q.person_id = into_person AND q.left_at IS NULL
    WHERE p.person_id = from_person AND p.left_at IS NULL ORDER BY p.space_id
  LOOP
    in_space := pair.space_id;
    IF pair.own_entered AND NOT pair.coded_entered THEN
      ended := pair.coded;
      kept := pair.own;
      was_entered := false;
    ELSE
      ended := pair.own;
      kept := pair.coded;
      was_entered := pair.own_entered;
    END IF;
    UPDATE ohjaustila.participant p
      SET left_at = ohjaustila.instant_now(), invitation_index = NULL, invitation_expires_at = NULL
      WHERE p.space_id = in_space AND p.id = ended;
    DELETE FROM ohjaustila.my_space m WHERE m.space_id = in_space AND m.participant_id = ended;
    RETURN NEXT;
  END LOOP;
  UPDATE ohjaustila.participant p SET person_id = into_person WHERE p.person_id = from_person;
  UPDATE ohjaustila.my_space m SET principal = into_person WHERE m.principal = from_person;
  UPDATE ohjaustila.person p SET subject_index = NULL, subject = NULL WHERE p.id = from_person;
  UPDATE ohjaustila.person p SET
      subject = CASE WHEN p.subject_index IS NULL THEN new_subject ELSE p.subject END,
      subject_index = coalesce(p.subject_index, the_subject),
      name = coalesce(p.name, new_name), email = coalesce(p.email, new_email),
      non_disclosure = p.non_disclosure OR ordered
    WHERE p.id = into_person;
  -- Who has no place left goes, with their key.
  INSERT INTO ohjaustila.person_check AS c (person_id, queued_at) VALUES (from_person, ohjaustila.instant_now())
    ON CONFLICT (person_id) DO UPDATE SET queued_at = excluded.queued_at;
END
$$;
REVOKE ALL ON FUNCTION ohjaustila.join_people FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.join_people TO :"service", :"narrow";
ALTER FUNCTION ohjaustila.join_people OWNER TO :"narrow";

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

-- As before, but that two places in one space are one space.
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

-- As before, but never to an admin of the organisation: content would be one agreement of two admins away.
CREATE OR REPLACE FUNCTION ohjaustila.transfer_space(the_space uuid, the_subject text, new_participant uuid, at timestamptz)
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
