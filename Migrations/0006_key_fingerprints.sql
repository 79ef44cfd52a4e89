-- Which keys this database is sealed under: enough to refuse the wrong ones at start, and nothing to find a key by.
-- Without it a second copy of the service with keys of its own would write what the first can't read.
CREATE TABLE ohjaustila.key_fingerprint (
  kind text NOT NULL CHECK (kind IN ('master', 'index')),
  id text NOT NULL,
  digest bytea NOT NULL,
  PRIMARY KEY (kind, id)
);
GRANT SELECT, INSERT ON ohjaustila.key_fingerprint TO :"service";
GRANT SELECT ON ohjaustila.key_fingerprint TO :"scheduler", :"backup";
