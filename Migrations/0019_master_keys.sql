-- Masters that data keys may be wrapped under, and their rotation. key_fingerprint remembers every master there ever was;
-- here are those that live. Where a wrapped key stands, a foreign key leads here: under a master that is gone nothing can
-- be wrapped, by whatever copy of the service, and no master goes while anything is wrapped under it.

-- The master that a wrapped key names (Vault's WrappedKey: format, key id, length of the name, name, …).
CREATE FUNCTION ohjaustila.master_of(wrapped_key bytea) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN encode(substr(wrapped_key, 19, get_byte(wrapped_key, 17)), 'escape');
REVOKE ALL ON FUNCTION ohjaustila.master_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.master_of TO :"service", :"scheduler", :"narrow";

CREATE TABLE ohjaustila.master_key (
  id text PRIMARY KEY,
  -- announced: not used yet, the running copies are being asked whether they have it. current: wraps what is new.
  -- retiring: may still wrap something. retired: was found to wrap nothing.
  stage text NOT NULL CHECK (stage IN ('announced', 'current', 'retiring', 'retired')),
  since timestamptz NOT NULL
);
CREATE UNIQUE INDEX master_key_one_in_stage ON ohjaustila.master_key (stage) WHERE stage IN ('announced', 'current');

-- With one master it is the current one; with several the next start says which.
INSERT INTO ohjaustila.master_key (id, stage, since)
SELECT id, CASE WHEN count(*) OVER () = 1 THEN 'current' ELSE 'retiring' END, ohjaustila.instant_now()
FROM ohjaustila.key_fingerprint WHERE kind = 'master' AND destroyed_at IS NULL;

-- Which running copy of the service has which masters and wraps under which. A copy that has not been heard of for some
-- seconds does not run.
CREATE TABLE ohjaustila.key_holder (
  copy uuid PRIMARY KEY,
  -- For the operator: host and process.
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  master_ids text[] NOT NULL,
  wraps_under text NOT NULL,
  seen_at timestamptz NOT NULL
) WITH (fillfactor = 50);

CREATE INDEX space_secret_by_master ON ohjaustila.space_secret (master_id, space_id);
ALTER TABLE ohjaustila.space_secret
  ADD FOREIGN KEY (master_id) REFERENCES ohjaustila.master_key,
  ADD CHECK (master_id = ohjaustila.master_of(wrapped_key));
CREATE INDEX person_by_master ON ohjaustila.person (master_id, id);
ALTER TABLE ohjaustila.person
  ADD FOREIGN KEY (master_id) REFERENCES ohjaustila.master_key,
  ADD CHECK (master_id = ohjaustila.master_of(wrapped_key));
ALTER TABLE ohjaustila.delivery
  ADD COLUMN master_id text GENERATED ALWAYS AS (ohjaustila.master_of(wrapped_key)) STORED
    REFERENCES ohjaustila.master_key;
CREATE INDEX delivery_by_master ON ohjaustila.delivery (master_id, id);

GRANT SELECT ON ohjaustila.master_key TO :"service", :"backup";
GRANT SELECT, INSERT, DELETE, UPDATE (stage, since) ON ohjaustila.master_key TO :"scheduler";
GRANT SELECT, INSERT, DELETE, UPDATE (name, master_ids, wraps_under, seen_at) ON ohjaustila.key_holder TO :"scheduler";
GRANT SELECT ON ohjaustila.key_holder TO :"backup";
-- The scheduler's role looks after keys; callers' transactions only ask which there are.
REVOKE INSERT ON ohjaustila.key_fingerprint FROM :"service";
GRANT INSERT, UPDATE (destroyed_at) ON ohjaustila.key_fingerprint TO :"scheduler";
GRANT UPDATE (master_id, wrapped_key, former_master_ids) ON ohjaustila.space_secret TO :"scheduler";

-- The scheduler may not read who people are; their wrapped keys it gets at here, page by page, to wrap them anew.
-- Locks the rows and passes over those that somebody is changing: who rewraps waits for nobody.
CREATE FUNCTION ohjaustila.people_under(master text, after uuid, most bigint) RETURNS TABLE (id uuid, wrapped_key bytea)
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT p.id, p.wrapped_key FROM ohjaustila.person p
  WHERE p.master_id = master AND p.id > after ORDER BY p.id LIMIT most FOR NO KEY UPDATE SKIP LOCKED;
END;

-- Puts wrapped keys in the place of those that were read, where these are still there; returns how many.
CREATE FUNCTION ohjaustila.rewrap_people(ids uuid[], old_keys bytea[], new_keys bytea[]) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH changed AS (
    UPDATE ohjaustila.person p SET master_id = ohjaustila.master_of(u.new_key), wrapped_key = u.new_key
    FROM unnest(ids, old_keys, new_keys) AS u (id, old_key, new_key)
    WHERE p.id = u.id AND p.wrapped_key = u.old_key RETURNING 1)
  SELECT count(*) FROM changed;
END;

CREATE FUNCTION ohjaustila.people_by_master() RETURNS TABLE (master_id text, people bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT p.master_id, count(*) FROM ohjaustila.person p GROUP BY p.master_id;
END;

REVOKE ALL ON FUNCTION ohjaustila.people_under, ohjaustila.rewrap_people, ohjaustila.people_by_master FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.people_under, ohjaustila.rewrap_people, ohjaustila.people_by_master
  TO :"scheduler", :"narrow";
ALTER FUNCTION ohjaustila.people_under OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.rewrap_people OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.people_by_master OWNER TO :"narrow";
