import Lifecycle
import Postgres

extension GuidanceStore {
  /// Gives a space to another counsellor of its organisation: an admin of it, when the counsellor it has can't go on.
  ///
  /// Whoever had it sees it no more, at once; a second professional stays. The customers are told.
  ///
  /// - Parameters:
  ///   - subject: what the organisation's staff issuer calls the recipient.
  ///   - reason: a code of the policy; `counsellorUnavailable` when nil.
  /// - Returns: the envelope, as the admin sees it.
  /// - Throws: `Refusal.invalid` unless the recipient is a counsellor of the organisation with a commitment that stands,
  ///   neither the caller nor another admin, nor who has the space already.
  public func transfer(
    _ id: ID<Space>, to subject: String, reason: String?, by caller: Caller, ifMatch expected: String? = nil,
    request: RequestKey? = nil
  ) async throws -> SpaceView {
    try Refusal.check(subject, field: "/to")
    do {
      try await change(
        id, by: caller, to: .transfer, ifMatch: expected, request: request,
        holding: "SELECT ohjaustila.hold_colleague(\(id), NULL, \(subject))"
      ) { change in
        try change.transfer(to: subject, reason: reason ?? "counsellorUnavailable")
      }
    } catch is Repetition {}
    return try await space(id, for: caller)
  }
}

extension SpaceChange {
  fileprivate func transfer(to subject: String, reason: String) throws {
    guard policy.reasons.contains(reason) else {
      throw Refusal.invalid(field: "/reason", rule: "is one of \(policy.reasons.joined(separator: ", "))")
    }
    guard !isCaller(subject) else { throw Refusal.invalid(field: "/to", rule: "is another than the one who transfers") }
    let transferred = try all(
      """
      SELECT account, name, participant, is_new, gone
      FROM ohjaustila.transfer_space(\(space.id), \(subject), \(ID<Participation>.make()), \(now))
      """, Transferred.init)
    guard let transferred = transferred.first else {
      throw Refusal.invalid(
        field: "/to",
        rule: """
          is a counsellor of the organisation with a commitment that stands, who is not an admin of it and has not the \
          space yet
          """)
    }
    if transferred.isNew { try seat(transferred) }
    try journal(
      "transferred",
      details: transferred.gone.map { ("from", $0.description) }
        + [("to", transferred.place.description), ("reason", reason)])
    try enqueue(OccasionNotice.transferred.insertion(space: space.id, at: now))
    touchEnvelope()
  }

  /// Whether the caller is called so on the space's staff: it has one issuer.
  private func isCaller(_ subject: String) -> Bool {
    caller.isStaff && ExactText(caller.identity.subject) == ExactText(subject)
  }

  /// Writes the recipient's place with their name, which only who is in the space can seal: as the recipient.
  private func seat(_ transferred: Transferred) throws {
    let recipient = Caller(identity: caller.identity, principal: .staff(transferred.account))
    let rows = try pipeline([
      store.stating(recipient, space: space.id),
      SpaceAccess.load(space.id, ownPlace: false),
    ])
    let cipher = try store.cipher(of: SpaceAccess(rows[1]))
    let name = cipher.seal(Optional(transferred.name), .participantName(transferred.place))
    try enqueue(
      """
      INSERT INTO ohjaustila.participant (space_id, id, role, account_id, name, added_at, entered_at)
      VALUES (\(space.id), \(transferred.place), 'counsellor', \(transferred.account), \(name), \(now), \(now))
      """)
    try enqueue(store.stating(caller, space: space.id))
  }
}

/// What a transfer made.
private struct Transferred {
  let account: ID<Account>
  let name: String
  let place: ID<Participation>
  let isNew: Bool
  /// The places that ended.
  let gone: [ID<Participation>]

  init(_ row: Row) throws {
    var cells = row.cells
    account = try cells.next()
    name = try cells.next()
    place = try cells.next()
    isNew = try cells.next()
    gone = try cells.next()
  }
}
