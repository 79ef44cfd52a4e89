-- Organisations, their staff, and the customers as persons.

CREATE TABLE ohjaustila.organisation (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- A business ID does not identify an organisation (domain.md: 2296962-1 stands for two): no unique index.
  business_id text CHECK (business_id ~ '^[0-9]{7}-[0-9]$'),
  language text NOT NULL CHECK (language IN ('fi', 'sv', 'en')),
  controller_name text NOT NULL CHECK (length(controller_name) BETWEEN 1 AND 200),
  controller_contact text CHECK (length(controller_contact) <= 500),
  privacy_notice text CHECK (length(privacy_notice) <= 500),
  -- The one issuer that may vouch for this organisation's staff.
  staff_issuer text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX organisation_by_creation ON ohjaustila.organisation (created_at, id);

-- A member of staff as a principal: (issuer, subject), whatever organisations they work for.
CREATE TABLE ohjaustila.staff_account (
  id uuid PRIMARY KEY,
  issuer text NOT NULL,
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  created_at timestamptz NOT NULL,
  UNIQUE (issuer, subject)
);

CREATE TABLE ohjaustila.staff_member (
  organisation_id uuid NOT NULL REFERENCES ohjaustila.organisation,
  account_id uuid NOT NULL REFERENCES ohjaustila.staff_account,
  -- Those of the account, again: an admin reads members, and only oneself one's account.
  issuer text NOT NULL,
  subject text NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  email text CHECK (length(email) <= 254),
  roles text[] NOT NULL CHECK (roles <@ ARRAY['counsellor', 'adviser', 'admin', 'supervisor']),
  -- Confidentiality commitment (vaitiolositoumus): without one no content is reachable.
  commitment_signed_on date,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, account_id),
  UNIQUE (organisation_id, issuer, subject)
);
CREATE INDEX staff_member_by_account ON ohjaustila.staff_member (account_id);

-- What policies look up of staff: flat, written only by the narrow functions, readable about oneself.
CREATE TABLE ohjaustila.my_organisation (
  principal uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES ohjaustila.organisation,
  role text NOT NULL,
  PRIMARY KEY (principal, organisation_id, role)
);
CREATE INDEX my_organisation_by_organisation ON ohjaustila.my_organisation (organisation_id);

-- A customer. Everything that identifies is sealed under the person's own key, which dies with the person;
-- look-ups go by keyed hashes whose key is never in the database (archive.md, "Content at rest").
CREATE TABLE ohjaustila.person (
  id uuid PRIMARY KEY,
  master_id text NOT NULL,
  wrapped_key bytea NOT NULL,
  hetu_index bytea UNIQUE,
  hetu bytea,
  subject_index bytea UNIQUE,
  subject bytea,
  name bytea,
  email bytea,
  language text NOT NULL CHECK (language IN ('fi', 'sv', 'en')),
  non_disclosure boolean NOT NULL,
  created_at timestamptz NOT NULL,
  CHECK ((hetu_index IS NULL) = (hetu IS NULL)),
  CHECK ((subject_index IS NULL) = (subject IS NULL))
);

ALTER TABLE ohjaustila.staff_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.staff_account FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.staff_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.staff_member FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.my_organisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.my_organisation FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.person ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.person FORCE ROW LEVEL SECURITY;

CREATE POLICY own ON ohjaustila.my_organisation FOR SELECT TO :"service"
  USING (principal = ohjaustila.principal());
CREATE POLICY narrow ON ohjaustila.my_organisation TO :"narrow" USING (true) WITH CHECK (true);

CREATE POLICY own ON ohjaustila.staff_account FOR SELECT TO :"service"
  USING (id = ohjaustila.principal());
CREATE POLICY narrow ON ohjaustila.staff_account TO :"narrow" USING (true) WITH CHECK (true);

CREATE POLICY own ON ohjaustila.staff_member FOR SELECT TO :"service"
  USING (account_id = ohjaustila.principal());
CREATE POLICY admin ON ohjaustila.staff_member FOR SELECT TO :"service"
  USING (EXISTS (
    SELECT FROM ohjaustila.my_organisation mine
    WHERE mine.principal = ohjaustila.principal() AND mine.organisation_id = staff_member.organisation_id
      AND mine.role = 'admin'));
CREATE POLICY narrow ON ohjaustila.staff_member TO :"narrow" USING (true) WITH CHECK (true);

CREATE POLICY own ON ohjaustila.person TO :"service"
  USING (id = ohjaustila.principal()) WITH CHECK (id = ohjaustila.principal());
CREATE POLICY narrow ON ohjaustila.person TO :"narrow" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.person TO :"scheduler" USING (true);

GRANT SELECT, INSERT ON ohjaustila.organisation TO :"service";
GRANT SELECT ON ohjaustila.organisation TO :"scheduler", :"dpo", :"narrow";
GRANT SELECT ON ohjaustila.staff_account, ohjaustila.staff_member, ohjaustila.my_organisation TO :"service";
GRANT SELECT, INSERT, UPDATE, DELETE ON ohjaustila.staff_account, ohjaustila.staff_member, ohjaustila.my_organisation
  TO :"narrow";
GRANT SELECT ON ohjaustila.person TO :"service";
GRANT UPDATE (name, email, language, non_disclosure, subject_index, subject) ON ohjaustila.person TO :"service";
GRANT SELECT, INSERT, UPDATE ON ohjaustila.person TO :"narrow";
GRANT SELECT (id), DELETE, UPDATE (language) ON ohjaustila.person TO :"scheduler";
GRANT SELECT ON ALL TABLES IN SCHEMA ohjaustila TO :"backup";
