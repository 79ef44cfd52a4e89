-- Notices on their way: what a row of the outbox becomes for each of its recipients.

ALTER TABLE ohjaustila.outbox
  -- Who wrote the message that a notice speaks of, and is not told of it.
  ADD COLUMN author_id uuid,
  -- Not looked at before.
  ADD COLUMN due_at timestamptz NOT NULL DEFAULT '-infinity',
  -- Its recipients have a row each in `delivery`; the last of those takes this one with it.
  ADD COLUMN expanded boolean NOT NULL DEFAULT false,
  -- The notice of an erasure outlives its space, but not for long.
  ADD COLUMN destroy_at timestamptz NOT NULL DEFAULT 'infinity',
  ADD CHECK (author_id IS NULL OR participant_id IS NULL);
CREATE INDEX outbox_planned ON ohjaustila.outbox (due_at) WHERE NOT expanded;
CREATE INDEX outbox_destruction ON ohjaustila.outbox (destroy_at) WHERE destroy_at < 'infinity';
-- Ten messages are one notice: those that follow find it waiting.
CREATE UNIQUE INDEX outbox_of_messages ON ohjaustila.outbox (space_id, author_id) WHERE kind = 'newMessage' AND NOT expanded;

-- One mail to one person. It goes when the mail was accepted, or has become pointless.
CREATE TABLE ohjaustila.delivery (
  id uuid PRIMARY KEY,
  notice_id uuid NOT NULL REFERENCES ohjaustila.outbox ON DELETE CASCADE,
  space_id uuid NOT NULL,
  participant_id uuid NOT NULL,
  kind text NOT NULL,
  created_at timestamptz NOT NULL,
  -- When it is tried next; while it is leased, when the lease ends.
  due_at timestamptz NOT NULL,
  -- A failure at or after this instant is the last.
  give_up_at timestamptz NOT NULL,
  -- Whoever is sending it just now records the outcome under this token, and nobody else.
  lease uuid,
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- Why the last attempt failed: a code, never what a mail server said.
  reason text CHECK (length(reason) BETWEEN 1 AND 40),
  is_dead boolean NOT NULL DEFAULT false,
  -- What is needed when the space and perhaps the person are gone, sealed under a key of the row's own.
  wrapped_key bytea,
  contact bytea,
  UNIQUE (notice_id, participant_id),
  CHECK ((wrapped_key IS NULL) = (contact IS NULL)),
  CHECK (NOT is_dead OR (lease IS NULL AND reason IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX delivery_by_due ON ohjaustila.delivery (due_at) WHERE NOT is_dead;
CREATE INDEX delivery_dead ON ohjaustila.delivery (created_at, id) WHERE is_dead;
-- Of what several people write, the reader of a space is told once.
CREATE UNIQUE INDEX delivery_of_messages ON ohjaustila.delivery (space_id, participant_id)
  WHERE kind = 'newMessage' AND NOT is_dead;

-- When the participant was last told of new messages: not again for some hours.
ALTER TABLE ohjaustila.participant ADD COLUMN message_notified_at timestamptz NOT NULL DEFAULT '-infinity';

ALTER TABLE ohjaustila.delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE ohjaustila.delivery FORCE ROW LEVEL SECURITY;
CREATE POLICY scheduler ON ohjaustila.delivery TO :"scheduler" USING (true) WITH CHECK (true);
CREATE POLICY scheduler ON ohjaustila.staff_member FOR SELECT TO :"scheduler" USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON ohjaustila.delivery TO :"scheduler";
GRANT UPDATE (due_at, expanded, destroy_at) ON ohjaustila.outbox TO :"scheduler";
-- Addresses and languages, and when somebody came: no name and no content.
GRANT SELECT (entered_at, last_authenticated_at, invitation_expires_at, message_notified_at),
  UPDATE (message_notified_at) ON ohjaustila.participant TO :"scheduler";
GRANT SELECT (organisation_id, account_id, email) ON ohjaustila.staff_member TO :"scheduler";
GRANT SELECT ON ohjaustila.delivery TO :"backup";

-- How the customers of some spaces want to be reached, while there is a notice to send about the space. The scheduler
-- gets at nobody else's address, and at nothing else of theirs.
CREATE FUNCTION ohjaustila.notice_contacts(spaces uuid[]) RETURNS TABLE (
  space_id uuid, participant_id uuid, id uuid, wrapped_key bytea, email bytea, language text, non_disclosure boolean
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT p.space_id, p.id, n.id, n.wrapped_key, n.email, n.language, n.non_disclosure
  FROM ohjaustila.participant p JOIN ohjaustila.person n ON n.id = p.person_id
  WHERE p.space_id = ANY (spaces) AND p.left_at IS NULL
    AND EXISTS (SELECT FROM ohjaustila.outbox o WHERE o.space_id = p.space_id);
END;
REVOKE ALL ON FUNCTION ohjaustila.notice_contacts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.notice_contacts TO :"scheduler", :"narrow";
ALTER FUNCTION ohjaustila.notice_contacts OWNER TO :"narrow";

-- Whether a person's non-disclosure order is recorded otherwise than the one who signs in says.
CREATE FUNCTION ohjaustila.order_differs(the_person uuid, the_order boolean) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT EXISTS (SELECT FROM ohjaustila.person p WHERE p.id = the_person AND p.non_disclosure <> the_order);
END;
REVOKE ALL ON FUNCTION ohjaustila.order_differs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ohjaustila.order_differs TO :"service", :"narrow";
ALTER FUNCTION ohjaustila.order_differs OWNER TO :"narrow";
