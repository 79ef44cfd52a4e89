-- Who looked at what, and how journals and the access log end: each by its policy, leaving an anchor that what is left
-- is verified from. Nobody may change or delete an entry; expired ones go through narrow functions that judge for
-- themselves.

-- A chain of batches: one a running copy of the service, numbered without gaps, so that a chain that is gone is missed.
CREATE TABLE ohjaustila.access_chain (
  number bigint PRIMARY KEY CHECK (number > 0),
  -- The last batch: what a cut-off end is noticed by.
  head_seq bigint NOT NULL CHECK (head_seq >= 0),
  head_hash bytea NOT NULL CHECK (length(head_hash) = 32)
);

-- Entries that were committed together. The hash covers the one before it and every field of the entries.
CREATE TABLE ohjaustila.access_batch (
  chain bigint NOT NULL REFERENCES ohjaustila.access_chain,
  seq bigint NOT NULL CHECK (seq > 0),
  entries integer NOT NULL CHECK (entries BETWEEN 1 AND 500),
  -- The newest entry's instant: what the batch's expiry counts from.
  newest_at timestamptz NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (chain, seq)
);

-- Identifiers and codes only. No foreign key to spaces or principals: it outlives them.
CREATE TABLE ohjaustila.access_entry (
  chain bigint NOT NULL,
  batch bigint NOT NULL,
  number integer NOT NULL CHECK (number BETWEEN 1 AND 500),
  at timestamptz NOT NULL,
  principal uuid NOT NULL,
  -- The role it was done under.
  role text NOT NULL,
  organisation_id uuid,
  space_id uuid,
  participant_id uuid,
  what text NOT NULL,
  object_id uuid,
  -- Of staff only: of a customer nothing may stay behind that names or finds them.
  address inet,
  request_id text CHECK (length(request_id) <= 64),
  outcome text NOT NULL CHECK (outcome IN ('shown', 'refused')),
  PRIMARY KEY (chain, batch, number),
  FOREIGN KEY (chain, batch) REFERENCES ohjaustila.access_batch,
  CHECK (role <> 'customer' OR (address IS NULL AND request_id IS NULL))
);
CREATE INDEX access_entry_by_space ON ohjaustila.access_entry (space_id, at) WHERE space_id IS NOT NULL;
CREATE INDEX access_entry_by_organisation ON ohjaustila.access_entry (organisation_id, at)
  WHERE organisation_id IS NOT NULL;
CREATE INDEX access_entry_by_principal ON ohjaustila.access_entry (principal, at);

-- Where a chain begins now: after the last batch that expired.
CREATE TABLE ohjaustila.access_anchor (
  chain bigint PRIMARY KEY REFERENCES ohjaustila.access_chain,
  seq bigint NOT NULL CHECK (seq > 0),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  -- The newest of all that expired, how long it was to be kept, and when it went.
  newest_at timestamptz NOT NULL,
  kept text NOT NULL,
  expired_at timestamptz NOT NULL,
  entries bigint NOT NULL CHECK (entries > 0),
  CHECK (expired_at > newest_at)
);

-- Journals of erased spaces that have expired: a chain of its own, in the order they went. The tombstone keeps the head.
CREATE TABLE ohjaustila.journal_expiry (
  number bigint PRIMARY KEY CHECK (number > 0),
  space_id uuid NOT NULL UNIQUE REFERENCES ohjaustila.tombstone,
  journal_seq bigint NOT NULL,
  journal_hash bytea NOT NULL CHECK (length(journal_hash) = 32),
  register text NOT NULL,
  policy_version integer NOT NULL,
  erased_at timestamptz NOT NULL,
  expired_at timestamptz NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  CHECK (expired_at > erased_at)
);

-- The end of that chain; its lock makes the copies take turns.
CREATE TABLE ohjaustila.journal_anchor (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  number bigint NOT NULL CHECK (number >= 0),
  hash bytea NOT NULL CHECK (length(hash) = 32)
);
INSERT INTO ohjaustila.journal_anchor (number, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Set when the last entry is gone: until then the expiry is at work.
ALTER TABLE ohjaustila.tombstone ADD COLUMN journal_expired_at timestamptz;
CREATE INDEX tombstone_with_journal ON ohjaustila.tombstone (register, policy_version, erases_at)
  WHERE destroyed_at IS NOT NULL AND journal_expired_at IS NULL;

ALTER TABLE ohjaustila.access_chain ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.access_chain FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.access_batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.access_batch FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.access_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.access_entry FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.access_anchor ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.access_anchor FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.journal_expiry ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.journal_expiry FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.journal_anchor ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.journal_anchor FORCE ROW LEVEL SECURITY;

CREATE POLICY service ON ohjaustila.access_chain TO :"service" USING (true);
CREATE POLICY append ON ohjaustila.access_batch FOR INSERT TO :"service" WITH CHECK (true);
CREATE POLICY append ON ohjaustila.access_entry FOR INSERT TO :"service" WITH CHECK (true);
-- A customer sees who opened their space, as long as they see the space.
CREATE POLICY customer ON ohjaustila.access_entry FOR SELECT TO :"service"
  USING (space_id = (
    SELECT mine.space_id FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space()
      AND mine.role = 'customer' AND mine.visible_until > ohjaustila.instant_now()));
-- The officers of an organisation see who looked at what is its own.
CREATE POLICY officer ON ohjaustila.access_entry FOR SELECT TO :"dpo"
  USING (organisation_id IN (
    SELECT mine.organisation_id FROM ohjaustila.my_organisation mine
    WHERE mine.principal = ohjaustila.principal() AND mine.role = 'dataProtectionOfficer'));
CREATE POLICY narrow ON ohjaustila.access_chain TO :"narrow" USING (true) WITH CHECK (true);
CREATE POLICY narrow ON ohjaustila.access_batch TO :"narrow" USING (true);
CREATE POLICY narrow ON ohjaustila.access_entry TO :"narrow" USING (true);
CREATE POLICY narrow ON ohjaustila.access_anchor TO :"narrow" USING (true) WITH CHECK (true);
CREATE POLICY narrow ON ohjaustila.journal_expiry FOR SELECT TO :"narrow" USING (true);
CREATE POLICY narrow ON ohjaustila.tombstone FOR SELECT TO :"narrow" USING (true);
CREATE POLICY narrow ON ohjaustila.journal TO :"narrow" USING (true) WITH CHECK (false);
CREATE POLICY scheduler ON ohjaustila.access_chain FOR SELECT TO :"scheduler" USING (true);
CREATE POLICY scheduler ON ohjaustila.access_batch FOR SELECT TO :"scheduler" USING (true);
CREATE POLICY scheduler ON ohjaustila.access_entry FOR SELECT TO :"scheduler" USING (true);
CREATE POLICY scheduler ON ohjaustila.access_anchor FOR SELECT TO :"scheduler" USING (true);
-- Nothing is marked as expired in the future: whoever wants a journal gone has to wait for its day.
CREATE POLICY scheduler ON ohjaustila.journal_expiry TO :"scheduler"
  USING (true) WITH CHECK (expired_at <= ohjaustila.instant_now());
CREATE POLICY scheduler ON ohjaustila.journal_anchor TO :"scheduler" USING (true);

GRANT SELECT, UPDATE (head_seq, head_hash) ON ohjaustila.access_chain TO :"service";
GRANT INSERT ON ohjaustila.access_batch, ohjaustila.access_entry TO :"service";
GRANT SELECT (chain, batch, number, at, role, space_id, participant_id, what, object_id, outcome)
  ON ohjaustila.access_entry TO :"service";
GRANT SELECT ON ohjaustila.access_entry TO :"dpo";
GRANT SELECT, INSERT ON ohjaustila.access_chain TO :"narrow";
GRANT SELECT, DELETE ON ohjaustila.access_batch, ohjaustila.access_entry TO :"narrow";
GRANT SELECT, INSERT, UPDATE ON ohjaustila.access_anchor TO :"narrow";
GRANT SELECT ON ohjaustila.journal_expiry TO :"narrow";
GRANT SELECT (space_id, journal_seq, journal_hash, destroyed_at) ON ohjaustila.tombstone TO :"narrow";
GRANT SELECT (space_id, seq), DELETE ON ohjaustila.journal TO :"narrow";
GRANT SELECT ON ohjaustila.access_chain, ohjaustila.access_batch, ohjaustila.access_entry, ohjaustila.access_anchor
  TO :"scheduler";
GRANT SELECT, INSERT ON ohjaustila.journal_expiry TO :"scheduler";
GRANT SELECT, UPDATE (number, hash) ON ohjaustila.journal_anchor TO :"scheduler";
GRANT SELECT ON ohjaustila.access_chain, ohjaustila.access_batch, ohjaustila.access_entry, ohjaustila.access_anchor,
  ohjaustila.journal_expiry, ohjaustila.journal_anchor TO :"backup";

-- Begins a chain and returns its number. Callers: a copy of the service, before its first entry.
CREATE FUNCTION ohjaustila.open_access_chain() RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE given bigint;
BEGIN
  -- One at a time: a number that a rolled-back transaction had would look like a chain that was removed.
  PERFORM pg_advisory_xact_lock(28522, 1);
  INSERT INTO ohjaustila.access_chain (number, head_seq, head_hash)
    SELECT coalesce(max(number), 0) + 1, 0, decode(repeat('00', 32), 'hex') FROM ohjaustila.access_chain
    RETURNING number INTO given;
  RETURN given;
END
$$;

-- Deletes batches from a chain's beginning that have nothing as new as `before`, about `most` entries of them, and moves
-- the anchor behind them. Returns how many entries went. Callers: the scheduler.
CREATE FUNCTION ohjaustila.expire_access(the_chain bigint, before timestamptz, the_kept text, most bigint) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  start bigint;
  finish record;
  gone bigint;
BEGIN
  IF before > ohjaustila.instant_now() THEN
    RAISE EXCEPTION 'nothing expires before it was written' USING ERRCODE = 'OJ002';
  END IF;
  -- Another copy is at it.
  IF NOT pg_try_advisory_xact_lock(28523, the_chain::integer) THEN RETURN 0; END IF;
  SELECT coalesce(max(seq), 0) INTO start FROM ohjaustila.access_anchor WHERE chain = the_chain;
  SELECT max(seq) AS seq, max(newest_at) AS newest_at INTO finish FROM (
      SELECT seq, newest_at, bool_and(newest_at < before) OVER running AS is_old,
        sum(entries) OVER running - entries AS ahead
      FROM (SELECT seq, newest_at, entries FROM ohjaustila.access_batch
        WHERE chain = the_chain AND seq > start ORDER BY seq LIMIT most) AS oldest
      WINDOW running AS (ORDER BY seq)) AS batch
    WHERE is_old AND ahead < most;
  IF finish.seq IS NULL THEN RETURN 0; END IF;
  DELETE FROM ohjaustila.access_entry WHERE chain = the_chain AND batch > start AND batch <= finish.seq;
  GET DIAGNOSTICS gone = ROW_COUNT;
  INSERT INTO ohjaustila.access_anchor AS a (chain, seq, hash, newest_at, kept, expired_at, entries)
    SELECT the_chain, finish.seq, b.hash, finish.newest_at, the_kept, ohjaustila.instant_now(), gone
    FROM ohjaustila.access_batch b WHERE b.chain = the_chain AND b.seq = finish.seq
    ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, hash = excluded.hash,
      newest_at = greatest(a.newest_at, excluded.newest_at), kept = excluded.kept, expired_at = excluded.expired_at,
      entries = a.entries + excluded.entries;
  DELETE FROM ohjaustila.access_batch WHERE chain = the_chain AND seq > start AND seq <= finish.seq;
  RETURN gone;
END
$$;

-- Deletes at most so many entries of journals that are marked as expired; returns how many. Callers: the scheduler.
-- What no mark with the tombstone's own head speaks of stays, whoever asks.
CREATE FUNCTION ohjaustila.drop_expired_journals(spaces uuid[], most bigint) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE gone bigint;
BEGIN
  DELETE FROM ohjaustila.journal WHERE (space_id, seq) IN (
    SELECT j.space_id, j.seq FROM ohjaustila.journal_expiry e
    JOIN ohjaustila.tombstone t ON t.space_id = e.space_id AND t.destroyed_at IS NOT NULL
      AND t.journal_seq = e.journal_seq AND t.journal_hash = e.journal_hash
    JOIN ohjaustila.journal j ON j.space_id = e.space_id
    WHERE e.space_id = ANY (spaces) LIMIT most);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$$;

REVOKE ALL ON FUNCTION ohjaustila.open_access_chain, ohjaustila.expire_access, ohjaustila.drop_expired_journals
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.open_access_chain TO :"service";
GRANT EXECUTE ON FUNCTION ohjaustila.expire_access, ohjaustila.drop_expired_journals TO :"scheduler";
GRANT EXECUTE ON FUNCTION ohjaustila.open_access_chain, ohjaustila.expire_access, ohjaustila.drop_expired_journals
  TO :"narrow";
ALTER FUNCTION ohjaustila.open_access_chain OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.expire_access OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.drop_expired_journals OWNER TO :"narrow";
