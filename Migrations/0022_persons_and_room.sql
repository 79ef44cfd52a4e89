-- A decision about a person reaches every place that they had in a space, also when the person has been forgotten; and a
-- space holds so many bytes and files and no more.

-- What the places of one person in a space have in common when it is known of none any more whose it was: the identifier
-- of one of them. It says that they were one person's, and nothing of whom. NULL: nobody has been erased from there.
ALTER TABLE ohjaustila.participant ADD COLUMN same_person uuid,
  ADD CHECK (same_person IS NULL OR role = 'customer');
GRANT SELECT (same_person), UPDATE (same_person) ON ohjaustila.participant TO :"narrow";

-- Marks all places of a person in a space as one person's: comes before the first of them forgets whose it is. Callers:
-- who has locked the space; the scheduler when a backup brought the customer back, and erase_participant.
CREATE FUNCTION ohjaustila.mark_places(the_space uuid, participant uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE ohjaustila.participant place SET same_person = coalesce(p.same_person, p.id)
    FROM ohjaustila.participant p
    WHERE p.space_id = the_space AND p.id = participant AND p.role = 'customer' AND place.space_id = p.space_id
      AND (place.id = p.id OR place.person_id = p.person_id);
END;

-- As before, with every place in the space that is or was the same person's, of whom it is forgotten too. Callers: an
-- officer of the space's organisation, who has locked the space.
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
  PERFORM ohjaustila.mark_places(the_space, participant);
  -- Read before the first of them forgets whose it was.
  SELECT array_agg(other.id ORDER BY other.id = p.id DESC, other.id) INTO STRICT places
    FROM ohjaustila.participant p JOIN ohjaustila.participant other ON other.space_id = p.space_id
      AND other.same_person = p.same_person
    WHERE p.space_id = the_space AND p.id = participant AND p.role = 'customer';
  IF places IS NULL THEN
    RAISE EXCEPTION 'no customer of the space has this place' USING ERRCODE = 'OJ002';
  END IF;
  FOREACH place IN ARRAY places LOOP
    PERFORM ohjaustila.destroy_participant(the_space, place, with_messages, with_files, at);
  END LOOP;
END
$$;

-- The places in a space of which it is forgotten whose they were, and from which messages' text or files are left: nobody
-- but who decides knows whether they were the same person's as another one. None for who is no officer of the space's
-- organisation.
CREATE FUNCTION ohjaustila.nameless_places(the_space uuid) RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT p.id FROM ohjaustila.participant p
  WHERE p.space_id = the_space AND the_space = ohjaustila.officers_space() AND p.erased_at IS NOT NULL AND (
    EXISTS (SELECT FROM ohjaustila.message m
      WHERE m.space_id = p.space_id AND m.participant_id = p.id AND m.removed_at IS NULL)
    OR EXISTS (SELECT FROM ohjaustila.file f WHERE f.space_id = p.space_id AND f.participant_id = p.id)
    OR EXISTS (SELECT FROM ohjaustila.quarantined_file q WHERE q.space_id = p.space_id AND q.participant_id = p.id))
  ORDER BY p.id;
END;

REVOKE ALL ON FUNCTION ohjaustila.mark_places, ohjaustila.nameless_places FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.mark_places TO :"scheduler", :"narrow";
GRANT EXECUTE ON FUNCTION ohjaustila.nameless_places TO :"dpo", :"narrow";
ALTER FUNCTION ohjaustila.mark_places OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.nameless_places OWNER TO :"narrow";

-- As before, with what the person has under way: whoever goes on with an upload does so as who they are now. Callers: as
-- before.
CREATE OR REPLACE FUNCTION ohjaustila.join_people(
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
    UPDATE ohjaustila.upload u SET participant_id = kept WHERE u.space_id = in_space AND u.participant_id = ended;
    UPDATE ohjaustila.resumable_upload r SET participant_id = kept
      WHERE r.space_id = in_space AND r.participant_id = ended;
    RETURN NEXT;
  END LOOP;
  UPDATE ohjaustila.participant p SET person_id = into_person WHERE p.person_id = from_person;
  UPDATE ohjaustila.my_space m SET principal = into_person WHERE m.principal = from_person;
  UPDATE ohjaustila.resumable_upload r SET principal = into_person WHERE r.principal = from_person;
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
GRANT UPDATE (principal, participant_id) ON ohjaustila.resumable_upload TO :"narrow";
GRANT UPDATE (participant_id) ON ohjaustila.upload TO :"narrow";

-- How much a space holds, so that nobody fills the disk of everybody.

-- In bytes, before sealing. It says nothing that the number and length of the chunks do not.
ALTER TABLE ohjaustila.file ADD COLUMN size bigint CHECK (size >= 0);
ALTER TABLE ohjaustila.quarantined_file ADD COLUMN size bigint CHECK (size >= 0);
-- What was announced of an upload, or else what is stored of it; nought of what was given up.
ALTER TABLE ohjaustila.upload ADD COLUMN size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
-- A lease on what comes in one request: renewed as long as the request lives, so that nothing is kept for one whose
-- process was killed. For ever: what is resumed by many requests, which expires by itself.
  ADD COLUMN kept_until timestamptz NOT NULL DEFAULT 'infinity';
GRANT UPDATE (size, kept_until) ON ohjaustila.upload TO :"service";
GRANT SELECT (participant_id, kept_until) ON ohjaustila.upload TO :"scheduler";

-- What is there already is as long as its chunks without what sealing adds to each (archive.md: 1 + 12 + 16 bytes). The
-- length of a value is read without the value.
CREATE POLICY filling ON ohjaustila.file TO :"owner" USING (true) WITH CHECK (true);
CREATE POLICY filling ON ohjaustila.quarantined_file TO :"owner" USING (true) WITH CHECK (true);
CREATE POLICY filling ON ohjaustila.upload TO :"owner" USING (true) WITH CHECK (true);
CREATE POLICY filling ON ohjaustila.resumable_upload FOR SELECT TO :"owner" USING (true);
CREATE POLICY filling ON ohjaustila.file_chunk FOR SELECT TO :"owner" USING (true);
UPDATE ohjaustila.file f SET size = (SELECT coalesce(sum(octet_length(c.data) - 29), 0) FROM ohjaustila.file_chunk c
  WHERE c.space_id = f.space_id AND c.upload_id = f.upload_id);
UPDATE ohjaustila.quarantined_file q SET size = (
  SELECT coalesce(sum(octet_length(c.data) - 29), 0) FROM ohjaustila.file_chunk c
  WHERE c.space_id = q.space_id AND c.upload_id = q.upload_id);
UPDATE ohjaustila.upload u SET size = r.length FROM ohjaustila.resumable_upload r
  WHERE r.space_id = u.space_id AND r.id = u.id AND r.file_id IS NULL AND u.started_at > '-infinity';
DROP POLICY filling ON ohjaustila.file;
DROP POLICY filling ON ohjaustila.quarantined_file;
DROP POLICY filling ON ohjaustila.upload;
DROP POLICY filling ON ohjaustila.resumable_upload;
DROP POLICY filling ON ohjaustila.file_chunk;
-- Checked against every row, whatever policies hide: the filling missed none.
ALTER TABLE ohjaustila.file ALTER COLUMN size SET NOT NULL;
ALTER TABLE ohjaustila.quarantined_file ALTER COLUMN size SET NOT NULL;
-- What used_room adds up of ten thousand files, without their rows.
CREATE INDEX file_room ON ohjaustila.file (space_id) INCLUDE (size);

GRANT SELECT (size) ON ohjaustila.file, ohjaustila.upload TO :"narrow";
GRANT SELECT (started_at, kept_until) ON ohjaustila.upload TO :"narrow";

-- What of a space's room is taken: by its files, by those in quarantine whoever sent them, and by what is under way. What
-- was given up, has lost its lease, or was begun by who is not there any more takes none; a refused file is one without
-- bytes. Nought for who does not see the space.
CREATE FUNCTION ohjaustila.used_room(the_space uuid) RETURNS TABLE (used_bytes bigint, used_files bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(sum(taken.size), 0)::bigint, count(*) FROM (
    SELECT f.size FROM ohjaustila.file f WHERE f.space_id = the_space
    UNION ALL
    SELECT CASE WHEN q.is_refused THEN 0 ELSE q.size END FROM ohjaustila.quarantined_file q WHERE q.space_id = the_space
    UNION ALL
    SELECT u.size FROM ohjaustila.upload u
      JOIN ohjaustila.participant p ON p.space_id = u.space_id AND p.id = u.participant_id AND p.left_at IS NULL
      WHERE u.space_id = the_space AND u.started_at > '-infinity' AND u.kept_until > ohjaustila.instant_now()) taken
  WHERE EXISTS (
    SELECT FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = the_space
      AND mine.visible_until > ohjaustila.instant_now());
END;

-- As before, with the size. Callers: the scheduler, which has locked the space and holds the lease.
CREATE OR REPLACE FUNCTION ohjaustila.publish_scanned(
  the_space uuid, the_file uuid, the_lease uuid, the_number bigint, at timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO ohjaustila.file (space_id, number, id, participant_id, upload_id, uploaded_at, header, size)
    SELECT q.space_id, the_number, q.id, q.participant_id, q.upload_id, at, q.header, q.size
    FROM ohjaustila.quarantined_file q
    WHERE q.space_id = the_space AND q.id = the_file AND q.lease = the_lease AND NOT q.is_refused;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the scan''s lease has ended' USING ERRCODE = 'OJ001';
  END IF;
  DELETE FROM ohjaustila.quarantined_file q WHERE q.space_id = the_space AND q.id = the_file;
END
$$;

REVOKE ALL ON FUNCTION ohjaustila.used_room FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.used_room TO :"service", :"narrow";
ALTER FUNCTION ohjaustila.used_room OWNER TO :"narrow";
