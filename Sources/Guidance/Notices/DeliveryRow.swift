import Lifecycle
import Postgres
import Vault

/// What becomes of a delivery that is due.
enum DeliveryDecision {
  case send(OutgoingMail)
  case withdraw(NoticeJournal.Withdrawal)
  case unreachable(reason: String)
  case postpone(until: Instant)
}

/// A delivery with what is known of its recipient at this moment. The person, the participant and the space may be gone.
struct DeliveryRow {
  let id: ID<Delivery>
  let notice: ID<PlannedNotice>
  let space: ID<Space>
  let participant: ID<Participation>
  let code: String
  let attempts: Int
  let planned: Planned
  let recipient: Recipient?
  let contact: SealedContact?
  /// Of an erased space: when it was, and how its customer is reached.
  let erasesAt: Instant?
  let farewell: (wrappedKey: Bytea, contact: Bytea)?
  let organisation: String?
  let spaceKey: Bytea?

  /// What the outbox says of the notice.
  struct Planned {
    let effectiveAt: Instant
    let boundaryAt: Instant?
    let payload: Bytea?
    let isInvitation: Bool
    let isOfMessages: Bool
  }

  /// A participant who is still there.
  struct Recipient {
    let isCustomer: Bool
    let hasEntered: Bool
    let lastAuthenticatedAt: Instant?
    let invitationExpiresAt: Instant?
    let messageNotifiedAt: Instant
    let seesSpace: Bool
    /// A counsellor's.
    let staffAddress: EmailAddress?
    /// Whether the journal says that the space was archived because its counsellor is gone.
    let counsellorGone: Bool
    /// Whether a second professional waits for their consent.
    let isAsked: Bool
  }

  static func selection(_ id: ID<Delivery>, of space: ID<Space>) -> Query {
    """
    SELECT d.id, d.notice_id, d.space_id, d.participant_id, d.kind, d.attempts,
      o.effective_at, o.boundary_at, o.payload, o.participant_id IS NOT NULL, o.author_id IS NOT NULL,
      t.erases_at, d.wrapped_key, d.contact, g.name, k.wrapped_key,
      p.id IS NOT NULL, p.role = 'customer', p.entered_at IS NOT NULL, p.last_authenticated_at,
      p.invitation_expires_at,
      p.message_notified_at, v.principal IS NOT NULL, m.email,
      s.archived_early_at IS NOT NULL AND EXISTS (SELECT FROM ohjaustila.journal j WHERE j.space_id = s.id
        AND j.kind = 'archivedEarly' AND position('"reason":"counsellorUnavailable"'::bytea IN j.entry) > 0),
      EXISTS (SELECT FROM ohjaustila.participant c WHERE c.space_id = s.id AND c.second_of IS NOT NULL
        AND c.accepted_at IS NULL AND c.left_at IS NULL),
      \(SealedContact.columns)
    FROM ohjaustila.delivery d
    JOIN ohjaustila.outbox o ON o.id = d.notice_id
    LEFT JOIN ohjaustila.space s ON s.id = d.space_id
    LEFT JOIN ohjaustila.space_secret k ON k.space_id = s.id
    LEFT JOIN ohjaustila.tombstone t ON t.space_id = d.space_id
    LEFT JOIN ohjaustila.organisation g ON g.id = coalesce(s.organisation_id, t.organisation_id)
    LEFT JOIN ohjaustila.participant p ON p.space_id = s.id AND p.id = d.participant_id AND p.left_at IS NULL
    LEFT JOIN ohjaustila.notice_contacts(\([space])) n ON n.space_id = p.space_id AND n.participant_id = p.id
    LEFT JOIN ohjaustila.my_space v ON v.space_id = s.id AND v.participant_id = p.id
      AND v.visible_until > ohjaustila.instant_now()
    LEFT JOIN ohjaustila.staff_member m ON m.organisation_id = v.staff_of AND m.account_id = p.account_id
    WHERE d.id = \(id)
    """
  }

  init(_ row: Row) throws {
    var cells = row.cells
    id = try cells.next()
    notice = try cells.next()
    space = try cells.next()
    participant = try cells.next()
    code = try cells.next()
    attempts = try cells.next()
    planned = try Planned(
      effectiveAt: cells.next(), boundaryAt: cells.next(), payload: cells.next(), isInvitation: cells.next(),
      isOfMessages: cells.next())
    erasesAt = try cells.next()
    let (key, contact): (Bytea?, Bytea?) = try (cells.next(), cells.next())
    farewell = if let key, let contact { (key, contact) } else { nil }
    organisation = try cells.next()
    spaceKey = try cells.next()
    guard try cells.next(as: Bool.self) else {
      (recipient, self.contact) = (nil, nil)
      return
    }
    recipient = try Recipient(
      isCustomer: cells.next(), hasEntered: cells.next(), lastAuthenticatedAt: cells.next(),
      invitationExpiresAt: cells.next(), messageNotifiedAt: cells.next(), seesSpace: cells.next(),
      staffAddress: cells.next(as: String?.self).flatMap(EmailAddress.init), counsellorGone: cells.next(),
      isAsked: cells.next())
    self.contact = try SealedContact(&cells)
  }
}
