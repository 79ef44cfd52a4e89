-- Who asks and what time it is: every policy below rests on these few functions.
-- They are SQL, STABLE and without SET, so that PostgreSQL inlines them into the query (a plpgsql gate costs a quarter
-- of the throughput). A custom setting is '' and not NULL after its first transaction: hence nullif everywhere.

-- The schema itself is made by the installer, owned by :"owner"; everything here is made as that role.

-- Now, as the whole service understands it: the statement's instant, moved by what the transaction states.
-- The shift is negative when the service's clock is behind the database's (the earlier of the two clocks counts)
-- and positive when a --dev clock was moved forward. statement_timestamp() advances with each statement, also inside a
-- pipeline, so that an instant read after a lock was waited for is later than the wait.
CREATE FUNCTION ohjaustila.instant_now() RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN statement_timestamp()
    + coalesce(nullif(current_setting('ohj.shift', true), '')::interval, interval '0');

-- The account or person the transaction acts for; NULL means nobody, and nobody sees nothing.
CREATE FUNCTION ohjaustila.principal() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('ohj.principal', true), '')::uuid;

-- The one space that the transaction is about.
CREATE FUNCTION ohjaustila.current_space() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('ohj.space', true), '')::uuid;

-- Raises unless a guarded statement changed exactly one row: zero updated rows are no error to PostgreSQL, and a
-- COMMIT may be waiting in the same pipeline.
CREATE FUNCTION ohjaustila.require_one(changed bigint) RETURNS void
  LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
  IF changed <> 1 THEN
    RAISE EXCEPTION 'a guarded statement changed % rows instead of one', changed USING ERRCODE = 'OJ001';
  END IF;
END
$$;

-- Takes a request's key for the transaction; raises when another one holds it, before anything is waited for.
CREATE FUNCTION ohjaustila.claim_request(key bigint) RETURNS void
  LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(key) THEN
    RAISE EXCEPTION 'a request with the same key is being carried out' USING ERRCODE = 'OJ004';
  END IF;
END
$$;

-- The clock that --dev moves, shared by every copy and the command line. Production refuses to start while a row is here.
CREATE TABLE ohjaustila.dev_clock (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  shift interval NOT NULL CHECK (shift >= interval '0')
);

GRANT USAGE ON SCHEMA ohjaustila TO :"service", :"scheduler", :"dpo", :"narrow", :"backup";
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ohjaustila FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.instant_now(), ohjaustila.principal(), ohjaustila.current_space(),
  ohjaustila.require_one(bigint) TO :"service", :"scheduler", :"dpo", :"narrow";
GRANT EXECUTE ON FUNCTION ohjaustila.claim_request(bigint) TO :"service";
GRANT SELECT, INSERT, UPDATE ON ohjaustila.dev_clock TO :"service";
GRANT SELECT ON ohjaustila.dev_clock TO :"scheduler", :"backup";
