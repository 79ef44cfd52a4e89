-- Who was known by an issuer's subject alone comes with a personal identity code: one person, not two.

-- The person known by a subject alone, whom the same token now gives a code; NULL where there is none. A subject that is
-- known with a code stays with that one.
CREATE FUNCTION ohjaustila.uncoded_person(the_hetu bytea, the_subject bytea) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT p.id FROM ohjaustila.person p
  WHERE the_hetu IS NOT NULL AND p.subject_index = the_subject AND p.hetu_index IS NULL;
END;

-- Locks whom a code and a subject without a code stand for, in the order of identifiers, and tells what they are after
-- the wait. Callers: the service, for who signs in with both.
CREATE FUNCTION ohjaustila.hold_people(the_hetu bytea, the_subject bytea) RETURNS TABLE (
  id uuid, is_coded boolean, wrapped_key bytea, subject bytea, name bytea, email bytea
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM FROM ohjaustila.person p
    WHERE p.hetu_index = the_hetu OR (p.subject_index = the_subject AND p.hetu_index IS NULL)
    ORDER BY p.id FOR UPDATE;
  RETURN QUERY SELECT p.id, p.hetu_index IS NOT NULL, p.wrapped_key, p.subject, p.name, p.email
    FROM ohjaustila.person p
    WHERE p.hetu_index = the_hetu OR (p.subject_index = the_subject AND p.hetu_index IS NULL);
END
$$;

-- Gives a person known by their subject alone the code that the same token has. Raises where it is another's already.
-- Callers: the service, for who signs in with both.
CREATE FUNCTION ohjaustila.give_code(the_person uuid, the_subject bytea, the_hetu bytea, new_hetu bytea) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE ohjaustila.person p SET hetu_index = the_hetu, hetu = new_hetu
    WHERE p.id = the_person AND p.subject_index = the_subject AND p.hetu_index IS NULL;
END;

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

-- As it was, but that whoever was waited for is looked up again: meanwhile the hashes may have come to stand for another.
CREATE OR REPLACE FUNCTION ohjaustila.ensure_person(
  new_id uuid, new_master_id text, new_wrapped_key bytea, new_hetu_index bytea, new_hetu bytea,
  new_subject_index bytea, new_subject bytea, new_name bytea, new_email bytea, new_language text,
  new_non_disclosure boolean
) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE found_id uuid;
BEGIN
  LOOP
    -- The personal identity code decides who somebody is: a subject that is known with another code stays with it.
    IF new_hetu_index IS NOT NULL AND EXISTS (SELECT FROM ohjaustila.person
      WHERE subject_index = new_subject_index AND hetu_index <> new_hetu_index)
    THEN
      new_subject_index := NULL;
      new_subject := NULL;
    END IF;
    found_id := ohjaustila.find_person(new_hetu_index, new_subject_index);
    IF found_id IS NOT NULL THEN
      PERFORM FROM ohjaustila.person WHERE id = found_id FOR NO KEY UPDATE;
      IF ohjaustila.find_person(new_hetu_index, new_subject_index) = found_id THEN RETURN found_id; END IF;
      CONTINUE;  -- erased, or joined with another, while we waited
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

REVOKE ALL ON FUNCTION
  ohjaustila.uncoded_person,
  ohjaustila.hold_people,
  ohjaustila.give_code,
  ohjaustila.join_people
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  ohjaustila.uncoded_person,
  ohjaustila.hold_people,
  ohjaustila.give_code,
  ohjaustila.join_people
  TO :"service", :"narrow";
ALTER FUNCTION ohjaustila.uncoded_person OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.hold_people OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.give_code OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.join_people OWNER TO :"narrow";
