import Foundation
import Lifecycle
import Postgres
import Vault

/// The transaction that opens a space: one round trip to look, one to write.
struct SpaceOpening: Sendable {
  let id = ID<Space>.make()
  let counsellor = ID<Participation>.make()
  let store: GuidanceStore
  let caller: Caller
  let account: ID<Account>
  let draft: SpaceDraft
  let invitations: [Invitation]
  let repeatable: Idempotency?

  @Sendable func run(_ transaction: WriteTransaction) throws {
    // People are locked in one order by everybody, or two openings with the same customers wait for each other.
    let known = invitations.filter { $0.ensuringPerson != nil }.sorted { $0.lockOrder < $1.lockOrder }
    let claims = repeatable.map { [$0.claim, $0.earlier] } ?? []
    let rows = try transaction.pipeline(claims + [holding, membership] + known.compactMap(\.ensuringPerson))
    if let repeatable { try repeatable.check(rows[1]) }
    let author = try Author(rows[claims.count + 1], organisation: draft.organisation)
    let people = try rows[(claims.count + 2)...].map { try $0.exactlyOne().get(0, as: ID<Person>.self) }
    let byPlace = Dictionary(uniqueKeysWithValues: zip(known.map(\.participation), people))
    let invited = invitations.map { ($0, byPlace[$0.participation]) }
    try write(author, invited, transaction)
    if let repeatable {
      try transaction.enqueue(repeatable.forget)
      try transaction.enqueue(repeatable.remember(resource: id.uuid, space: id, status: 201))
    }
  }

  /// Keeps the membership as it is until the space is there: a dismissal at this moment waits, and then finds the space.
  private var holding: Query { "SELECT ohjaustila.hold_membership(\(draft.organisation))" }

  private var membership: Query {
    """
    SELECT m.name, m.roles, m.commitment_signed_on, o.language, ohjaustila.instant_now(), m.commitment_ends_at
    FROM ohjaustila.staff_member m JOIN ohjaustila.organisation o ON o.id = m.organisation_id
    WHERE m.organisation_id = \(draft.organisation) AND m.account_id = \(account)
    """
  }

  /// The counsellor who opens the space.
  private struct Author {
    let name: String
    let language: Language
    let now: Instant

    init(_ rows: Rows, organisation: ID<Organisation>) throws {
      guard let row = try rows.optionalOne() else {
        throw Refusal.invalid(field: "/organisationId", rule: "is an organisation whose staff the caller belongs to")
      }
      name = try row.get(0)
      guard try row.get(1, as: [StaffRole].self).contains(.counsellor) else { throw Refusal.forbidden(.role) }
      now = try row.get(4)
      guard try row.get(2, as: CivilDate?.self) != nil else { throw Refusal.forbidden(.commitmentMissing) }
      guard try row.get(5, as: Instant.self) > now else { throw Refusal.forbidden(.commitmentExpired) }
      language = try row.get(3)
    }
  }

  private func write(
    _ author: Author, _ invited: [(Invitation, ID<Person>?)], _ transaction: WriteTransaction
  ) throws {
    let now = author.now
    let policy = try store.policies.current(register: GuidanceStore.register)
    let opened = Life.opening(at: now, policy: policy, zone: store.zone)
    let timeline = opened.timeline
    let key = DataKey.random(for: .space(id.uuid))
    let cipher = SpaceCipher(key)

    // What admits comes before what it admits to: row-level security judges each row as it is written.
    try transaction.enqueue(admitting(account.uuid, .counsellor, counsellor, until: timeline.archivesAt, at: now))
    for case (let invitation, let person?) in invited {
      try transaction.enqueue(
        admitting(person.uuid, .customer, invitation.participation, until: timeline.erasesAt, at: now))
    }
    var head = JournalHead.empty
    let entries = journal(invited.map(\.0), at: now).map { head.append($0, of: id) }
    try transaction.enqueue(
      insertion(opened.life, timeline, policy, head, language: draft.language ?? author.language, at: now))
    let wrapped = store.keys.wrap(key)
    try transaction.enqueue(
      """
      INSERT INTO ohjaustila.space_secret (space_id, master_id, wrapped_key, title)
      VALUES (\(id), \(wrapped.masterID.text), \(Bytea(wrapped.bytes)), \(Bytea(cipher.seal(draft.title, .title(id)))))
      """)
    try transaction.enqueue(
      """
      INSERT INTO ohjaustila.participant (space_id, id, role, account_id, name, added_at, entered_at)
      VALUES (\(id), \(counsellor), 'counsellor', \(account),
        \(cipher.seal(Optional(author.name), .participantName(counsellor))), \(now), \(now))
      """)
    for (invitation, person) in invited {
      let lifetime = store.options.invitationLifetime
      try transaction.enqueue(
        invitation.insertion(
          space: id, person: person, at: now, lifetime: lifetime, cipher: cipher, keys: store.keys))
      if let notice = invitation.notice(space: id, at: now, cipher: cipher) { try transaction.enqueue(notice) }
    }
    for entry in entries { try transaction.enqueue(entry.insertion) }
    let due = timeline.nextDue(policy: policy, zone: store.zone, after: now) ?? .distantFuture
    try transaction.enqueue("SELECT ohjaustila.schedule(\(id), \(due))")
  }

  private func admitting(
    _ principal: UUID, _ role: SpaceRole, _ participation: ID<Participation>, until: Instant, at now: Instant
  ) -> Query {
    """
    SELECT ohjaustila.admit(\(id), \(principal), \(role.rawValue), \(participation), \(until), \(now),
      \(role == .counsellor ? draft.organisation : nil))
    """
  }

  private func journal(_ invitations: [Invitation], at now: Instant) -> [JournalEntry] {
    let actor = JournalActor.participant(counsellor)
    let opened = JournalEntry("opened", effectiveAt: now, recordedAt: now, actor: actor)
    return [opened]
      + invitations.map { invitation in
        JournalEntry(
          "participantInvited", effectiveAt: now, recordedAt: now, actor: actor,
          details: [("participant", invitation.participation.description)])
      }
  }

  private func insertion(
    _ life: Life, _ timeline: Timeline, _ policy: Policy, _ head: JournalHead, language: Language, at now: Instant
  ) -> Query {
    """
    INSERT INTO ohjaustila.space (id, organisation_id, register, policy_version, language, topics, created_at,
      opened_at, anchor_at, anchor_kind, closes_at, seals_at, archives_at, erases_at, base_erases_at,
      active_last_day, reactivatable_last_day, sealed_last_day, archived_last_day,
      journaled_through, journal_seq, journal_hash, journal_at, content_at)
    VALUES (\(id), \(draft.organisation), \(policy.register), \(policy.version),
      \(language), \(draft.topics), \(now), \(life.openedAt), \(life.anchorAt), \(life.anchorKind),
      \(timeline.closesAt), \(timeline.sealsAt), \(timeline.archivesAt), \(timeline.erasesAt),
      \(timeline.baseErasesAt), \(timeline.lastDays.active), \(timeline.lastDays.reactivatable),
      \(timeline.lastDays.sealed), \(timeline.lastDays.archived),
      \(now), \(head.sequence), \(Bytea(head.hash)), \(head.at), \(now))
    """
  }
}
