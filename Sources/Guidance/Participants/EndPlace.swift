import Lifecycle
import Postgres

extension GuidanceStore {
  /// Ends somebody's place in a space: an invitation that nobody has used, a second professional's, a customer's own.
  ///
  /// A customer who leaves sees the space no more, its archive neither. What they wrote stays with the others, under
  /// their name, until the space is erased, and they themselves with it. Their authentications count no more, and no
  /// deadline moves: a space that nobody enters closes by its rule.
  ///
  /// - Throws: `Refusal.notFound` for no such participant; `lastOne` for a customer who has entered (they leave by their
  ///   own wish) and for the space's own counsellor, who is only ever replaced; `forbidden` for a customer who would end
  ///   another's place.
  public func endPlace(_ participation: ID<Participation>, in id: ID<Space>, by caller: Caller) async throws {
    try await change(id, by: caller, to: .endPlace) { change in
      let found = try change.all(
        """
        SELECT role = 'customer', second_of IS NOT NULL, accepted_at IS NOT NULL, entered_at IS NOT NULL
        FROM ohjaustila.participant WHERE space_id = \(id) AND id = \(participation) AND left_at IS NULL
        """, Place.init)
      guard let place = found.first else { throw Refusal.notFound }
      let isOwn = change.access.participation == participation
      let kind = try place.ending(by: change.participantRole, isOwn: isOwn)
      try change.journal(kind, details: [("participant", participation.description)])
      change.touchEnvelope()
      change.last = "SELECT ohjaustila.end_place(\(id), \(participation), \(change.now))"
    }
  }
}

/// A place that is to end.
private struct Place {
  let isCustomers: Bool
  let isSecond: Bool
  let isAccepted: Bool
  let isEntered: Bool

  init(_ row: Row) throws {
    var cells = row.cells
    isCustomers = try cells.next()
    isSecond = try cells.next()
    isAccepted = try cells.next()
    isEntered = try cells.next()
  }

  /// What the journal says of its end.
  func ending(by role: SpaceRole, isOwn: Bool) throws(Refusal) -> String {
    if isSecond {
      if isAccepted { return isOwn ? "participantLeft" : "participantRemoved" }
      return role == .customer ? "participantDeclined" : "participantWithdrawn"
    }
    guard isCustomers else { throw .lastOne("a space's own counsellor is only ever replaced, by a transfer") }
    if isOwn { return "participantLeft" }
    guard role == .counsellor else { throw .forbidden(.role) }
    guard !isEntered else { throw .lastOne("a customer who has entered leaves by their own wish only") }
    return "invitationWithdrawn"
  }
}
