-- What makes a customer's archive one that can be verified: who signed, and what was signed.

-- The public halves of the keys that archives are signed with, for good: an archive is verified years after its key was
-- replaced. The secret halves are never in the database.
CREATE TABLE ohjaustila.archive_key (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
  public_key bytea NOT NULL UNIQUE CHECK (octet_length(public_key) = 32),
  valid_from timestamptz NOT NULL,
  -- NULL while it signs. No content of a later instant is ever signed with it.
  valid_until timestamptz CHECK (valid_until >= valid_from)
);
-- Of two copies that start with different new keys, one comes second and sees the first's.
CREATE UNIQUE INDEX archive_key_signing ON ohjaustila.archive_key ((true)) WHERE valid_until IS NULL;

-- An archive's rendered documents and signature as they were first made: nothing is rendered to know their length, and
-- all copies of the service send the same signature. The tag is a keyed hash, under the space's own key, of everything
-- that the bytes follow from; sizes, checksums and signature are sealed. Both are noise without the space's key.
CREATE TABLE ohjaustila.archive_edition (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  participant_id uuid NOT NULL,
  tag bytea NOT NULL CHECK (octet_length(tag) = 32),
  language text NOT NULL,
  renderer_version integer NOT NULL,
  key_id text NOT NULL REFERENCES ohjaustila.archive_key,
  content_at timestamptz NOT NULL,
  made_at timestamptz NOT NULL,
  facts bytea NOT NULL,
  PRIMARY KEY (space_id, participant_id, tag),
  FOREIGN KEY (space_id, participant_id) REFERENCES ohjaustila.participant (space_id, id)
);
CREATE INDEX archive_edition_by_key ON ohjaustila.archive_edition (key_id);

ALTER TABLE ohjaustila.archive_edition ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.archive_edition FORCE ROW LEVEL SECURITY;

-- Each customer's own: an archive has the feedback of nobody else.
CREATE POLICY customer ON ohjaustila.archive_edition TO :"service"
  USING ((space_id, participant_id) = (
    SELECT mine.space_id, mine.participant_id FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space()
      AND mine.role = 'customer' AND mine.visible_until > ohjaustila.instant_now()));
CREATE POLICY scheduler ON ohjaustila.archive_edition TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY narrow ON ohjaustila.archive_edition TO :"narrow" USING (true);

GRANT SELECT, INSERT ON ohjaustila.archive_key TO :"service";
GRANT UPDATE (valid_until) ON ohjaustila.archive_key TO :"service";
GRANT SELECT, INSERT, DELETE ON ohjaustila.archive_edition TO :"service";
GRANT SELECT (space_id, participant_id), DELETE ON ohjaustila.archive_edition TO :"scheduler", :"narrow";
GRANT SELECT ON ohjaustila.archive_key, ohjaustila.archive_edition TO :"backup";
