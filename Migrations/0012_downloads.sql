-- Downloads: links that a browser can resume, and what each customer has taken of an archive.

-- An address that opens one edition of a space's archive for a while, in place of one customer's token. Whoever holds the
-- token gets what that customer may have at that moment, and of it nothing but this edition. A place in a space is one
-- person's for good: the link needs no other name for whom it belongs to.
CREATE TABLE ohjaustila.archive_link (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  id uuid NOT NULL,
  participant_id uuid NOT NULL,
  -- A keyed hash: the token itself is told once and kept nowhere.
  token bytea NOT NULL UNIQUE CHECK (length(token) = 34),
  entity_tag text NOT NULL CHECK (length(entity_tag) BETWEEN 1 AND 100),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
  PRIMARY KEY (space_id, id),
  FOREIGN KEY (space_id, participant_id) REFERENCES ohjaustila.participant (space_id, id)
);
CREATE INDEX archive_link_by_participant ON ohjaustila.archive_link (space_id, participant_id);
CREATE INDEX archive_link_by_expiry ON ohjaustila.archive_link (expires_at);

-- What a customer has been sent of an edition, over all requests.
CREATE TABLE ohjaustila.archive_taken (
  space_id uuid NOT NULL REFERENCES ohjaustila.space,
  participant_id uuid NOT NULL,
  entity_tag text NOT NULL CHECK (length(entity_tag) BETWEEN 1 AND 100),
  length bigint NOT NULL CHECK (length > 0),
  -- Which bytes, each counted once however often it was sent.
  covered int8multirange NOT NULL,
  is_whole boolean NOT NULL GENERATED ALWAYS AS (covered @> int8range(0, length)) STORED,
  -- Bytes sent, and requests that had some.
  bytes bigint NOT NULL CHECK (bytes > 0),
  requests bigint NOT NULL CHECK (requests > 0),
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL CHECK (last_at >= first_at),
  -- The last local day on which the journal was told, and whether it was told that everything was taken that day.
  journaled_on date NOT NULL DEFAULT '-infinity',
  journaled_whole boolean NOT NULL DEFAULT false,
  PRIMARY KEY (space_id, participant_id, entity_tag),
  FOREIGN KEY (space_id, participant_id) REFERENCES ohjaustila.participant (space_id, id)
);

ALTER TABLE ohjaustila.archive_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.archive_link FORCE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.archive_taken ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.archive_taken FORCE ROW LEVEL SECURITY;

-- Each customer's own, in the space that the transaction is about.
CREATE POLICY own ON ohjaustila.archive_link TO :"service"
  USING (space_id = ohjaustila.current_space() AND participant_id = (
    SELECT mine.participant_id FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space()
      AND mine.role = 'customer' AND mine.visible_until > ohjaustila.instant_now()));
CREATE POLICY own ON ohjaustila.archive_taken TO :"service"
  USING (space_id = ohjaustila.current_space() AND participant_id = (
    SELECT mine.participant_id FROM ohjaustila.my_space mine
    WHERE mine.principal = ohjaustila.principal() AND mine.space_id = ohjaustila.current_space()
      AND mine.role = 'customer' AND mine.visible_until > ohjaustila.instant_now()));
CREATE POLICY scheduler ON ohjaustila.archive_link TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.archive_taken TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY narrow ON ohjaustila.archive_link FOR SELECT TO :"narrow" USING (true);

GRANT SELECT, INSERT, DELETE, UPDATE (token) ON ohjaustila.archive_link TO :"service";
GRANT SELECT, INSERT, UPDATE (covered, bytes, requests, last_at, journaled_on, journaled_whole)
  ON ohjaustila.archive_taken TO :"service";
GRANT SELECT (space_id, id, expires_at), DELETE ON ohjaustila.archive_link TO :"scheduler";
GRANT SELECT (space_id, participant_id, is_whole), DELETE ON ohjaustila.archive_taken TO :"scheduler";
GRANT SELECT ON ohjaustila.archive_link TO :"narrow";
GRANT SELECT ON ohjaustila.archive_link, ohjaustila.archive_taken TO :"backup";

-- What a token opens, and for whom: nothing once it has expired, or its customer sees the space no more.
-- Callers: the service, for whoever holds a token; nobody guesses its 256 bits.
CREATE FUNCTION ohjaustila.find_archive_link(tokens bytea[]) RETURNS TABLE (
  space_id uuid, id uuid, entity_tag text, created_at timestamptz, expires_at timestamptz, person_id uuid
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT l.space_id, l.id, l.entity_tag, l.created_at, l.expires_at, m.principal
  FROM ohjaustila.archive_link l
  JOIN ohjaustila.my_space m ON m.space_id = l.space_id AND m.participant_id = l.participant_id
  WHERE l.token = ANY (tokens) AND l.expires_at > ohjaustila.instant_now()
    AND m.role = 'customer' AND m.visible_until > ohjaustila.instant_now();
END;

-- Which of some transfers, counted from one, have lost their right: the space is hidden from the principal, or the link
-- is gone through which it is sent. Callers: the service, for what it is sending; it says nothing but yes and no.
CREATE FUNCTION ohjaustila.lapsed_transfers(principals uuid[], spaces uuid[], links uuid[]) RETURNS SETOF bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT t.n FROM unnest(principals, spaces, links) WITH ORDINALITY AS t (principal, space_id, link_id, n)
  WHERE NOT EXISTS (SELECT FROM ohjaustila.my_space m
      WHERE m.principal = t.principal AND m.space_id = t.space_id AND m.visible_until > ohjaustila.instant_now())
    OR (t.link_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM ohjaustila.archive_link l WHERE l.space_id = t.space_id AND l.id = t.link_id));
END;

REVOKE ALL ON FUNCTION ohjaustila.find_archive_link, ohjaustila.lapsed_transfers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.find_archive_link, ohjaustila.lapsed_transfers TO :"service", :"narrow";
ALTER FUNCTION ohjaustila.find_archive_link OWNER TO :"narrow";
ALTER FUNCTION ohjaustila.lapsed_transfers OWNER TO :"narrow";
