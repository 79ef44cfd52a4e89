-- Policies as versioned data: which versions this database was promised under, what a change of version left standing,
-- who approved one that keeps longer, and how many erasures beyond the usual number were confirmed.

-- What the latest change of policy left standing (lifecycle.md, policyChanged): the ends of stages promised before it.
-- A stage that had ended by then keeps its very end, in passed_at. NULL where no policy has changed.
ALTER TABLE ohjaustila.space
  ADD COLUMN promised_active_last_day date,
  ADD COLUMN promised_active_passed_at timestamptz,
  ADD COLUMN promised_reactivatable_last_day date,
  ADD COLUMN promised_reactivatable_passed_at timestamptz,
  ADD COLUMN promised_sealed_last_day date,
  ADD COLUMN promised_sealed_passed_at timestamptz,
  ADD COLUMN promised_archived_last_day date,
  ADD CHECK ((promised_reactivatable_last_day IS NULL) = (promised_archived_last_day IS NULL)),
  ADD CHECK ((promised_sealed_last_day IS NULL) = (promised_archived_last_day IS NULL)),
  ADD CHECK (promised_active_last_day IS NULL OR promised_archived_last_day IS NOT NULL),
  ADD CHECK (promised_active_passed_at IS NULL OR promised_active_last_day IS NOT NULL),
  ADD CHECK (promised_reactivatable_passed_at IS NULL OR promised_reactivatable_last_day IS NOT NULL),
  ADD CHECK (promised_sealed_passed_at IS NULL OR promised_sealed_last_day IS NOT NULL);
-- The spaces that a version governs, page by page; also how many there are.
CREATE INDEX space_by_policy ON ohjaustila.space (register, policy_version, id);

-- A reactivation makes void what was promised about the closing that it undoes. The timeline follows in record_life.
-- Callers: a counsellor who sees the space.
CREATE FUNCTION ohjaustila.void_promised_closing(the_space uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE ohjaustila.space s SET promised_active_last_day = NULL, promised_active_passed_at = NULL
  WHERE s.id = the_space AND EXISTS (SELECT FROM ohjaustila.my_space m WHERE m.principal = ohjaustila.principal()
    AND m.space_id = the_space AND m.role = 'counsellor' AND m.visible_until > ohjaustila.instant_now());
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only a counsellor of the space reactivates it' USING ERRCODE = 'OJ002';
  END IF;
END
$$;
REVOKE ALL ON FUNCTION ohjaustila.void_promised_closing FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.void_promised_closing TO :"service", :"narrow";
ALTER FUNCTION ohjaustila.void_promised_closing OWNER TO :"narrow";

-- The scheduler recomputes many timelines when a policy changes, and with them who sees what until when.
GRANT UPDATE (visible_until) ON ohjaustila.my_space TO :"scheduler";
GRANT EXECUTE ON FUNCTION ohjaustila.visible_until TO :"scheduler";

-- Each version as it was first loaded: a promise is not to be changed under its old number.
CREATE TABLE ohjaustila.policy_version (
  register text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  digest bytea NOT NULL CHECK (length(digest) = 32),
  first_seen_at timestamptz NOT NULL,
  PRIMARY KEY (register, version)
);
ALTER TABLE ohjaustila.policy_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.policy_version FORCE ROW LEVEL SECURITY;
CREATE POLICY service ON ohjaustila.policy_version TO :"service" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.policy_version FOR SELECT TO :"scheduler" USING (true);
GRANT SELECT, INSERT ON ohjaustila.policy_version TO :"service";
GRANT SELECT ON ohjaustila.policy_version TO :"scheduler", :"backup";

-- A data protection officer's approval of a version that keeps longer, for one organisation's spaces and one text of it.
CREATE TABLE ohjaustila.policy_approval (
  organisation_id uuid NOT NULL REFERENCES ohjaustila.organisation,
  register text NOT NULL,
  version integer NOT NULL,
  digest bytea NOT NULL CHECK (length(digest) = 32),
  approved_by uuid NOT NULL REFERENCES ohjaustila.staff_account,
  approved_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, register, version),
  FOREIGN KEY (register, version) REFERENCES ohjaustila.policy_version
);
CREATE INDEX policy_approval_by_version ON ohjaustila.policy_approval (register, version);
CREATE INDEX policy_approval_by_account ON ohjaustila.policy_approval (approved_by);
ALTER TABLE ohjaustila.policy_approval ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.policy_approval FORCE ROW LEVEL SECURITY;
CREATE POLICY scheduler ON ohjaustila.policy_approval FOR SELECT TO :"scheduler" USING (true);
CREATE POLICY officer ON ohjaustila.policy_approval FOR INSERT TO :"dpo"
  WITH CHECK (approved_by = ohjaustila.principal() AND EXISTS (
    SELECT FROM ohjaustila.my_organisation mine
    WHERE mine.principal = ohjaustila.principal() AND mine.organisation_id = policy_approval.organisation_id
      AND mine.role = 'dataProtectionOfficer'));
GRANT INSERT ON ohjaustila.policy_approval TO :"dpo";
GRANT SELECT ON ohjaustila.policy_approval TO :"scheduler", :"backup";

-- More erasures than usual, confirmed by an operator: so many of a register, from that instant on. Append-only.
CREATE TABLE ohjaustila.erasure_confirmation (
  register text NOT NULL,
  confirmed_at timestamptz NOT NULL,
  spaces bigint NOT NULL CHECK (spaces > 0),
  PRIMARY KEY (register, confirmed_at)
);
ALTER TABLE ohjaustila.erasure_confirmation ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.erasure_confirmation FORCE ROW LEVEL SECURITY;
CREATE POLICY scheduler ON ohjaustila.erasure_confirmation TO :"scheduler" USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON ohjaustila.erasure_confirmation TO :"scheduler";
GRANT SELECT ON ohjaustila.erasure_confirmation TO :"backup";
-- The erasures of the last day.
CREATE INDEX tombstone_by_register ON ohjaustila.tombstone (register, erased_at);
