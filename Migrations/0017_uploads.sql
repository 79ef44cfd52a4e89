-- Uploads that are resumed (tus 1.0.0), and files that wait until a virus scanner has seen them.

-- What a client resumes. The chunks are those of the row in `upload` with the same identifier, which says that they are
-- nobody's file yet; this row outlives it for as long as a client may ask what became of the upload.
CREATE TABLE ohjaustila.resumable_upload (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  id uuid NOT NULL,
  participant_id uuid NOT NULL,
  -- Whose it is: an upload is seen and continued by its creator only.
  principal uuid NOT NULL,
  length bigint NOT NULL CHECK (length >= 0),
  -- Name, type, metadata and expected digests, sealed.
  description bytea NOT NULL,
  -- The offset: bytes that are stored for good. It reaches the length with the file and not before, so that a client
  -- which reads it never takes for finished what a crash kept from being published.
  received bigint NOT NULL DEFAULT 0,
  -- The bytes behind the last whole chunk, sealed: replaced as a whole, under a nonce of its own, when more come.
  tail bytea,
  -- Who is adding to it just now; nobody else does until the lease ends.
  lease uuid,
  leased_until timestamptz NOT NULL DEFAULT '-infinity',
  expires_at timestamptz NOT NULL,
  file_id uuid,
  PRIMARY KEY (space_id, id),
  FOREIGN KEY (space_id, participant_id) REFERENCES ohjaustila.participant (space_id, id),
  CHECK (received BETWEEN 0 AND length),
  CHECK ((received = length) = (file_id IS NOT NULL)),
  CHECK ((tail IS NOT NULL) = (received % 262144 <> 0 AND file_id IS NULL)),
  CHECK ((lease IS NULL) = (leased_until = '-infinity'))
) WITH (fillfactor = 70);
CREATE INDEX resumable_upload_by_participant ON ohjaustila.resumable_upload (space_id, participant_id);
CREATE INDEX resumable_upload_open ON ohjaustila.resumable_upload (principal) WHERE file_id IS NULL;
CREATE INDEX resumable_upload_by_expiry ON ohjaustila.resumable_upload (expires_at);

-- A whole file that no scanner has found clean. It becomes a row of `file` when one does: until then no list, download
-- or archive can find it, for they read that table. The header is sealed for that row already.
CREATE TABLE ohjaustila.quarantined_file (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  id uuid NOT NULL,
  participant_id uuid NOT NULL,
  upload_id uuid NOT NULL,
  received_at timestamptz NOT NULL,
  header bytea NOT NULL,
  -- When it is scanned next; while it is leased, when the lease ends.
  due_at timestamptz NOT NULL,
  lease uuid,
  -- Scans that failed though the scanner was there.
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- Its bytes are gone; the row says that there was a file, and why it was refused: a code, or the scanner's name of what
  -- it found.
  is_refused boolean NOT NULL DEFAULT false,
  reason text CHECK (length(reason) BETWEEN 1 AND 100),
  PRIMARY KEY (space_id, id),
  UNIQUE (space_id, upload_id),
  FOREIGN KEY (space_id, participant_id) REFERENCES ohjaustila.participant (space_id, id),
  CHECK (is_refused = (reason IS NOT NULL)),
  CHECK (NOT is_refused OR lease IS NULL)
) WITH (fillfactor = 80);
CREATE INDEX quarantined_file_by_participant ON ohjaustila.quarantined_file (space_id, participant_id);
CREATE INDEX quarantined_file_by_due ON ohjaustila.quarantined_file (due_at) WHERE NOT is_refused;

ALTER TABLE ohjaustila.resumable_upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.resumable_upload FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.quarantined_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.quarantined_file FORCE ROW LEVEL SECURITY;

CREATE POLICY creator ON ohjaustila.resumable_upload TO :"service"
  USING (principal = ohjaustila.principal() AND space_id = (
    SELECT mine.space_id FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space()
      AND mine.visible_until > ohjaustila.instant_now()));
-- What waits is its sender's alone; that something was refused is known to everybody in the space.
CREATE POLICY participant ON ohjaustila.quarantined_file TO :"service"
  USING (space_id = (
      SELECT mine.space_id FROM ohjaustila.my_space mine
      WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space()
        AND mine.visible_until > ohjaustila.instant_now())
    AND (is_refused OR participant_id = (
      SELECT mine.participant_id FROM ohjaustila.my_space mine
      WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space())));
CREATE POLICY scheduler ON ohjaustila.resumable_upload TO :"scheduler" USING (true);
CREATE POLICY scheduler ON ohjaustila.quarantined_file TO :"scheduler" USING (true);
CREATE POLICY narrow ON ohjaustila.resumable_upload TO :"narrow" USING (true);
CREATE POLICY narrow ON ohjaustila.quarantined_file TO :"narrow" USING (true);
CREATE POLICY narrow ON ohjaustila.file_chunk TO :"narrow" USING (true);

GRANT SELECT, INSERT, UPDATE (received, tail, lease, leased_until, file_id), DELETE
  ON ohjaustila.resumable_upload TO :"service";
GRANT SELECT, INSERT ON ohjaustila.quarantined_file TO :"service";
-- To lock the row against the clean-up while chunks are added, and to hand an upload that was ended over to it.
GRANT UPDATE (started_at) ON ohjaustila.upload TO :"service";

-- Neither description nor tail, neither header nor bytes.
GRANT SELECT (space_id, id, expires_at, file_id), DELETE ON ohjaustila.resumable_upload TO :"scheduler";
GRANT SELECT (space_id, id, upload_id, received_at, due_at, lease, attempts, is_refused),
  UPDATE (due_at, lease, attempts), DELETE ON ohjaustila.quarantined_file TO :"scheduler";
GRANT SELECT ON ohjaustila.resumable_upload, ohjaustila.quarantined_file TO :"backup";

GRANT SELECT (space_id, id, participant_id, principal, received, lease, expires_at, file_id), DELETE
  ON ohjaustila.resumable_upload TO :"narrow";
GRANT SELECT, UPDATE (lease, is_refused, reason), DELETE ON ohjaustila.quarantined_file TO :"narrow";
GRANT SELECT, DELETE ON ohjaustila.file_chunk TO :"narrow";
GRANT INSERT ON ohjaustila.file TO :"narrow";

-- How many uploads the principal has under way, in all their spaces.
CREATE FUNCTION ohjaustila.open_uploads() RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT count(*) FROM ohjaustila.resumable_upload r
  WHERE r.principal = ohjaustila.principal() AND r.file_id IS NULL AND r.expires_at > ohjaustila.instant_now();
END;

-- Deletes chunks that were stored and do not count: of a PATCH whose checksum did not fit, or that died before it was
-- compared. At most so many; the number deleted says whether there may be more. Callers: who holds the upload's lease.
CREATE FUNCTION ohjaustila.discard_chunks(the_space uuid, the_upload uuid, the_lease uuid, at_most integer)
  RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH chosen AS (
    SELECT c.index FROM ohjaustila.file_chunk c
    WHERE c.space_id = the_space AND c.upload_id = the_upload AND c.index >= (
      SELECT r.received / 262144 FROM ohjaustila.resumable_upload r
      WHERE r.space_id = the_space AND r.id = the_upload AND r.lease = the_lease AND r.file_id IS NULL
        AND r.principal = ohjaustila.principal())
    LIMIT at_most),
  gone AS (
    DELETE FROM ohjaustila.file_chunk c USING chosen
    WHERE c.space_id = the_space AND c.upload_id = the_upload AND c.index = chosen.index RETURNING 1)
  SELECT count(*) FROM gone;
END;

-- What there is to know of a file that is being scanned, sealed. Callers: who holds the scan's lease, which is a secret
-- of one process for the length of one scan.
CREATE FUNCTION ohjaustila.scanned_header(the_space uuid, the_file uuid, the_lease uuid) RETURNS bytea
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT q.header FROM ohjaustila.quarantined_file q
  WHERE q.space_id = the_space AND q.id = the_file AND q.lease = the_lease AND NOT q.is_refused;
END;

-- Its chunks from `first` up to `last`, exclusive, sealed. Callers: as above.
CREATE FUNCTION ohjaustila.scanned_chunks(the_space uuid, the_file uuid, the_lease uuid, first integer, last integer)
  RETURNS SETOF bytea LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT c.data FROM ohjaustila.file_chunk c
  WHERE c.space_id = the_space AND c.index >= first AND c.index < last AND c.upload_id = (
    SELECT q.upload_id FROM ohjaustila.quarantined_file q
    WHERE q.space_id = the_space AND q.id = the_file AND q.lease = the_lease AND NOT q.is_refused)
  ORDER BY c.index;
END;

-- Makes a clean file one of the space's. Callers: the scheduler, which has locked the space and holds the lease.
CREATE FUNCTION ohjaustila.publish_scanned(
  the_space uuid, the_file uuid, the_lease uuid, the_number bigint, at timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO ohjaustila.file (space_id, number, id, participant_id, upload_id, uploaded_at, header)
    SELECT q.space_id, the_number, q.id, q.participant_id, q.upload_id, at, q.header FROM ohjaustila.quarantined_file q
    WHERE q.space_id = the_space AND q.id = the_file AND q.lease = the_lease AND NOT q.is_refused;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the scan''s lease has ended' USING ERRCODE = 'OJ001';
  END IF;
  DELETE FROM ohjaustila.quarantined_file q WHERE q.space_id = the_space AND q.id = the_file;
END
$$;

-- Refuses a file for good: the row stays, the bytes become those of an upload nobody finished and go in the scheduler's
-- bounded steps. Callers: as above.
CREATE FUNCTION ohjaustila.refuse_scanned(the_space uuid, the_file uuid, the_lease uuid, why text)
  RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO ohjaustila.upload (space_id, id, participant_id, started_at)
    SELECT q.space_id, q.upload_id, q.participant_id, '-infinity' FROM ohjaustila.quarantined_file q
    WHERE q.space_id = the_space AND q.id = the_file AND q.lease = the_lease AND NOT q.is_refused;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the scan''s lease has ended' USING ERRCODE = 'OJ001';
  END IF;
  UPDATE ohjaustila.quarantined_file q SET is_refused = true, reason = why, lease = NULL
    WHERE q.space_id = the_space AND q.id = the_file;
END
$$;

REVOKE ALL ON FUNCTION ohjaustila.open_uploads, ohjaustila.discard_chunks, ohjaustila.scanned_header,
  ohjaustila.scanned_chunks, ohjaustila.publish_scanned, ohjaustila.refuse_scanned FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.open_uploads, ohjaustila.discard_chunks, ohjaustila.scanned_header,
  ohjaustila.scanned_chunks TO :"service", :"narrow";
GRANT EXECUTE ON FUNCTION ohjaustila.publish_scanned, ohjaustila.refuse_scanned TO :"scheduler", :"narrow";
ALTER FUNCTION ohjaustila.open_uploads OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.discard_chunks OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.scanned_header OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.scanned_chunks OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.publish_scanned OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.refuse_scanned OWNER TO :"narrow";
