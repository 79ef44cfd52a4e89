-- Sealed content, the journal, and what waits to be sent.
-- The policies of content tables compare with the one row of my_space that admits the principal to the current space:
-- the sub-select depends on no column, so PostgreSQL runs it once a statement and the key's index does the rest.

CREATE TABLE ohjaustila.message (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  number bigint NOT NULL CHECK (number > 0),
  id uuid NOT NULL,
  participant_id uuid NOT NULL,
  sent_at timestamptz NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (space_id, number),
  UNIQUE (space_id, id),
  FOREIGN KEY (space_id, participant_id) REFERENCES ohjaustila.participant (space_id, id)
);
CREATE INDEX message_by_participant ON ohjaustila.message (space_id, participant_id);

-- A published file. Name, size, chunk count, SHA-256 and CRC-32 are in the sealed header.
CREATE TABLE ohjaustila.file (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  number bigint NOT NULL CHECK (number > 0),
  id uuid NOT NULL,
  participant_id uuid NOT NULL,
  upload_id uuid NOT NULL,
  uploaded_at timestamptz NOT NULL,
  header bytea NOT NULL,
  PRIMARY KEY (space_id, number),
  UNIQUE (space_id, id),
  UNIQUE (space_id, upload_id),
  FOREIGN KEY (space_id, participant_id) REFERENCES ohjaustila.participant (space_id, id)
);
CREATE INDEX file_by_participant ON ohjaustila.file (space_id, participant_id);

-- An upload under way: its chunks belong to nobody's view until a file row publishes them.
CREATE TABLE ohjaustila.upload (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  id uuid NOT NULL,
  participant_id uuid NOT NULL,
  started_at timestamptz NOT NULL,
  PRIMARY KEY (space_id, id),
  FOREIGN KEY (space_id, participant_id) REFERENCES ohjaustila.participant (space_id, id)
);
CREATE INDEX upload_by_start ON ohjaustila.upload (started_at);
CREATE INDEX upload_by_participant ON ohjaustila.upload (space_id, participant_id);

CREATE TABLE ohjaustila.file_chunk (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  upload_id uuid NOT NULL,
  index integer NOT NULL CHECK (index >= 0),
  data bytea NOT NULL,
  PRIMARY KEY (space_id, upload_id, index)
) PARTITION BY HASH (space_id);

-- Ciphertext does not compress: EXTERNAL keeps PostgreSQL from trying. Vacuum comes early and often, so that what an
-- erasure frees is used again.
DO $$
DECLARE part text;
BEGIN
  FOR i IN 0..15 LOOP
    part := format('file_chunk_%s', i);
    EXECUTE format('CREATE TABLE ohjaustila.%I PARTITION OF ohjaustila.file_chunk FOR VALUES WITH (MODULUS 16, REMAINDER %s)
      WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200,
            toast.autovacuum_vacuum_scale_factor = 0.01, toast.autovacuum_vacuum_threshold = 1000)', part, i);
    EXECUTE format('ALTER TABLE ohjaustila.%I ALTER COLUMN data SET STORAGE EXTERNAL', part);
    EXECUTE format('ALTER TABLE ohjaustila.%I ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE ohjaustila.%I FORCE ROW LEVEL SECURITY', part);
  END LOOP;
END
$$;

CREATE TABLE ohjaustila.feedback (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  participant_id uuid NOT NULL,
  rating smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
  body bytea,
  given_at timestamptz NOT NULL,
  PRIMARY KEY (space_id, participant_id),
  FOREIGN KEY (space_id, participant_id) REFERENCES ohjaustila.participant (space_id, id)
);

-- The journal: one hash chain a space. What is hashed is the stored bytes of `entry`. Append-only by privilege: nobody
-- has UPDATE or DELETE. No foreign key: it outlives the space.
CREATE TABLE ohjaustila.journal (
  space_id uuid NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  kind text NOT NULL,
  effective_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  entry bytea NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (space_id, seq)
);

-- Notices and invitations waiting to be sent; a payload is sealed under the space's key.
CREATE TABLE ohjaustila.outbox (
  id uuid PRIMARY KEY,
  space_id uuid NOT NULL,
  participant_id uuid,
  kind text NOT NULL,
  effective_at timestamptz NOT NULL,
  -- The boundary the notice speaks of: when it has moved or passed, the notice is withdrawn and not sent.
  boundary_at timestamptz,
  payload bytea,
  created_at timestamptz NOT NULL
);
CREATE INDEX outbox_by_creation ON ohjaustila.outbox (created_at, id);
CREATE INDEX outbox_by_space ON ohjaustila.outbox (space_id);

-- What a repeated request is answered from: keyed hashes, a status and the resource; the answer is rendered again.
CREATE TABLE ohjaustila.idempotency (
  scope bytea PRIMARY KEY CHECK (length(scope) = 34),
  body bytea NOT NULL CHECK (length(body) = 34),
  status smallint NOT NULL,
  resource_id uuid NOT NULL,
  space_id uuid,
  created_at timestamptz NOT NULL
);
CREATE INDEX idempotency_by_space ON ohjaustila.idempotency (space_id);
CREATE INDEX idempotency_by_creation ON ohjaustila.idempotency (created_at);

ALTER TABLE ohjaustila.message ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.message FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.file ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.file FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.upload FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.file_chunk ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.file_chunk FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.feedback FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.journal FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.outbox FORCE ROW LEVEL SECURITY;

CREATE POLICY scheduler ON ohjaustila.message TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.file TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.upload TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.file_chunk TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.feedback TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.journal TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.outbox TO :"scheduler" USING (true) WITH CHECK (true);

CREATE POLICY participant ON ohjaustila.message TO :"service"
  USING (space_id = (
    SELECT mine.space_id FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space()
      AND mine.visible_until > ohjaustila.instant_now()));
CREATE POLICY participant ON ohjaustila.file TO :"service"
  USING (space_id = (
    SELECT mine.space_id FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space()
      AND mine.visible_until > ohjaustila.instant_now()));
CREATE POLICY participant ON ohjaustila.upload TO :"service"
  USING (space_id = (
    SELECT mine.space_id FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space()
      AND mine.visible_until > ohjaustila.instant_now()));
CREATE POLICY participant ON ohjaustila.file_chunk TO :"service"
  USING (space_id = (
    SELECT mine.space_id FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space()
      AND mine.visible_until > ohjaustila.instant_now()));
CREATE POLICY participant ON ohjaustila.feedback TO :"service"
  USING (space_id = (
    SELECT mine.space_id FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space()
      AND mine.visible_until > ohjaustila.instant_now()));
CREATE POLICY participant ON ohjaustila.journal FOR SELECT TO :"service"
  USING (space_id = (
    SELECT mine.space_id FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space()
      AND mine.visible_until > ohjaustila.instant_now()));
-- An admin who closes or archives a space writes its journal without being in it: the transaction has locked the space
-- and checked the right before, and inserts are all it can do.
CREATE POLICY append ON ohjaustila.journal FOR INSERT TO :"service"
  WITH CHECK (space_id = ohjaustila.current_space());
CREATE POLICY append ON ohjaustila.outbox FOR INSERT TO :"service"
  WITH CHECK (space_id = ohjaustila.current_space());
CREATE POLICY dpo ON ohjaustila.journal FOR SELECT TO :"dpo" USING (true);

GRANT SELECT, INSERT ON ohjaustila.message, ohjaustila.file, ohjaustila.file_chunk, ohjaustila.feedback,
  ohjaustila.upload, ohjaustila.journal TO :"service";
GRANT UPDATE (rating, body, given_at) ON ohjaustila.feedback TO :"service";
GRANT DELETE ON ohjaustila.upload TO :"service";
GRANT INSERT ON ohjaustila.outbox TO :"service";
GRANT SELECT, INSERT, DELETE ON ohjaustila.idempotency TO :"service";

-- The scheduler destroys content without being able to read it: the key columns only.
GRANT SELECT (space_id, number), DELETE ON ohjaustila.message TO :"scheduler";
GRANT SELECT (space_id, number, id, upload_id), DELETE ON ohjaustila.file TO :"scheduler";
GRANT SELECT (space_id, id, started_at), UPDATE (started_at), DELETE ON ohjaustila.upload TO :"scheduler";
GRANT SELECT (space_id, upload_id, index), DELETE ON ohjaustila.file_chunk TO :"scheduler";
GRANT SELECT (space_id, participant_id), DELETE ON ohjaustila.feedback TO :"scheduler";
GRANT SELECT, INSERT ON ohjaustila.journal TO :"scheduler";
GRANT SELECT, INSERT, DELETE ON ohjaustila.outbox TO :"scheduler";
GRANT SELECT (space_id, created_at), DELETE ON ohjaustila.idempotency TO :"scheduler";
GRANT SELECT ON ohjaustila.journal TO :"dpo";
GRANT SELECT ON ALL TABLES IN SCHEMA ohjaustila TO :"backup";
