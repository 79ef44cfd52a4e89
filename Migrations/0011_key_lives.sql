-- The lives of master keys: an erasure is final when every master that ever wrapped the space's key is destroyed.

-- NULL while the key may still exist anywhere; a destroyed key is never needed again and never comes back.
ALTER TABLE ohjaustila.key_fingerprint ADD COLUMN destroyed_at timestamptz;

-- The masters that wrapped this key before the one that wraps it now: their old pages may stand in backups.
ALTER TABLE ohjaustila.space_secret ADD COLUMN former_master_ids text[] NOT NULL DEFAULT '{}',
  ADD CHECK (NOT master_id = ANY (former_master_ids));
GRANT SELECT (former_master_ids) ON ohjaustila.space_secret TO :"scheduler";
