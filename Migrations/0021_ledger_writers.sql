-- Copies of a database know the same ledger. Which of them has written it last stands in the ledger itself; here is under
-- which name this one did. In a copy the name is still that of the database it was copied from, and it finds out by that.
ALTER TABLE ohjaustila.erasure_ledger ADD COLUMN writer text CHECK (length(writer) BETWEEN 1 AND 100);

-- The name of this database among its copies: of its cluster (initdb, pg_upgrade), its timeline (a standby that was
-- promoted, a recovery from an archive), the database and the table in it (pg_restore, CREATE DATABASE … TEMPLATE). A copy
-- of the files that goes on with the same timeline has the same name.
CREATE FUNCTION ohjaustila.incarnation() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT concat_ws('-', system_identifier, ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint,
    (SELECT oid FROM pg_database WHERE datname = current_database()), 'ohjaustila.erasure_ledger'::regclass::oid)
  FROM pg_control_system();
END;
REVOKE ALL ON FUNCTION ohjaustila.incarnation FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.incarnation TO :"scheduler";

-- pg_dump reads where each sequence stands; of those to come, too.
GRANT SELECT ON ALL SEQUENCES IN SCHEMA ohjaustila TO :"backup";
ALTER DEFAULT PRIVILEGES IN SCHEMA ohjaustila GRANT SELECT ON SEQUENCES TO :"backup";

-- lost: an operator has said that nobody has this master any more. What stands under it is opened by nobody, and no start
-- is refused over it.
ALTER TABLE ohjaustila.master_key DROP CONSTRAINT master_key_stage_check,
  ADD CONSTRAINT master_key_stage_check CHECK (stage IN ('announced', 'current', 'retiring', 'retired', 'lost'));
