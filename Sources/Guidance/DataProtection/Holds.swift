public import Lifecycle
import Postgres

extension GuidanceStore {
  /// A space's holds in the order they were proposed, ended ones too.
  public func holds(of space: ID<Space>, for caller: Caller) async throws -> [Hold] {
    try await asOfficer(of: space, caller, to: .readHolds) {
      try await readingAsOfficer(space, by: caller, to: .readHolds, [Hold.selection("h.space_id = \(space)")]) {
        [zone] access, rows in
        try rows[0].map { try Hold.read($0, today: zone.date(of: access.now)).hold }
      }
    }
  }

  /// Places a hold, or proposes it where the policy asks for a second person.
  ///
  /// - Parameters:
  ///   - reason: a code of the policy's holds.
  ///   - lastDay: content is kept through this local day, within the reason's cap beyond the base retention.
  /// - Throws: `Refusal.holdBeyondCap` with the last day it may have; `holdStands` when one stands as long.
  public func placeHold(
    on space: ID<Space>, reason: String, through lastDay: CivilDate, by caller: Caller,
    ifMatch expected: String? = nil, request: RequestKey? = nil
  ) async throws -> Hold {
    let id = ID<Hold>.make()
    return try await deciding(on: id, of: space, by: caller, ifMatch: expected, request: request) { change in
      change.resource = id.uuid
      let fact = Fact.holdPlaced(lastDay: lastDay, reason: reason)
      // What could not be placed today is not proposed either.
      try change.rehearse(fact)
      let needsApproval = change.policy.hold(for: reason)?.needsSecondApproval ?? true
      if needsApproval {
        try change.journal("holdProposed", details: Hold.details(id, reason, lastDay))
      } else {
        try change.place(fact, details: Hold.details(id, reason, lastDay))
      }
      try change.enqueue(
        """
        INSERT INTO ohjaustila.hold (space_id, id, organisation_id, reason, last_day, proposed_by, proposed_at, placed_at)
        VALUES (\(space), \(id), \(change.space.organisation), \(reason), \(lastDay), \(caller.uuid), \(change.now),
          \(needsApproval ? nil : change.now))
        """)
    }
  }

  /// Approves a proposed hold, which takes effect now: an officer other than the one who proposed it.
  ///
  /// - Throws: `Refusal.forbidden(.secondPerson)` for the proposer; what stands against the hold by now.
  public func approveHold(
    _ id: ID<Hold>, on space: ID<Space>, by caller: Caller, ifMatch expected: String? = nil,
    request: RequestKey? = nil
  ) async throws -> Hold {
    try await deciding(on: id, of: space, by: caller, ifMatch: expected, request: request) { change in
      let hold = try change.hold(id, in: [.proposed])
      guard hold.proposedBy.uuid != caller.uuid else { throw Refusal.forbidden(.secondPerson) }
      try change.place(
        .holdPlaced(lastDay: hold.lastDay, reason: hold.reason),
        details: Hold.details(id, hold.reason, hold.lastDay))
      try change.enqueueUpdatingOne(
        """
        UPDATE ohjaustila.hold SET approved_by = \(caller.uuid), placed_at = \(change.now)
        WHERE space_id = \(space) AND id = \(id) AND placed_at IS NULL AND ended_at IS NULL
        """)
      change.resource = id.uuid
    }
  }

  /// Ends a hold: one that stands is released and never erases at once, a proposal is withdrawn.
  ///
  /// - Throws: `Refusal.holdEnded` for one that has ended already.
  public func endHold(
    _ id: ID<Hold>, on space: ID<Space>, by caller: Caller, ifMatch expected: String? = nil
  ) async throws -> Hold {
    try await deciding(on: id, of: space, by: caller, ifMatch: expected) { change in
      let hold = try change.hold(id, in: [.proposed, .standing])
      let isProposal = hold.status == .proposed
      if isProposal {
        try change.journal("holdWithdrawn", details: [("hold", id.description)])
      } else {
        try change.record(.holdReleased, details: [("hold", id.description)])
      }
      let status: Hold.Status = isProposal ? .withdrawn : .released
      try change.enqueueUpdatingOne(
        """
        UPDATE ohjaustila.hold SET ended_at = \(change.now), ended_how = \(status)
        WHERE space_id = \(space) AND id = \(id) AND ended_at IS NULL
        """)
    }
  }

  /// Decides on a hold and reads what it has become; a repeated request does nothing more.
  private func deciding(
    on id: ID<Hold>, of space: ID<Space>, by caller: Caller, ifMatch expected: String?, request: RequestKey? = nil,
    _ body: @escaping @Sendable (SpaceChange) throws -> Void
  ) async throws -> Hold {
    var id = id
    do {
      try await decide(space, by: caller, to: .hold, ifMatch: expected, request: request, body)
    } catch let repetition as Repetition {
      id = repetition.resource(Hold.self)
    }
    guard let hold = try await holds(of: space, for: caller).first(where: { $0.id == id }) else {
      throw Refusal.notFound
    }
    return hold
  }
}

extension Hold {
  fileprivate static func details(
    _ id: ID<Hold>, _ reason: String, _ lastDay: CivilDate
  ) -> [(name: String, value: String)] {
    [("hold", id.description), ("reason", reason), ("until", lastDay.description)]
  }
}

extension SpaceChange {
  /// One of the space's holds, while it is in one of some states. The space is locked: nobody else changes it now.
  fileprivate func hold(_ id: ID<Hold>, in states: Set<Hold.Status>) throws -> Hold {
    let found = try all(Hold.selection("h.space_id = \(space.id) AND h.id = \(id)")) {
      try Hold.read($0, today: zone.date(of: now)).hold
    }
    guard let hold = found.first else { throw Refusal.notFound }
    guard states.contains(hold.status) else { throw Refusal.holdEnded(hold.status) }
    return hold
  }

  /// Records that a hold takes effect, in the place of one that stood before.
  fileprivate func place(_ fact: Fact, details: [(name: String, value: String)]) throws {
    try record(fact, details: details)
    try enqueue(
      """
      UPDATE ohjaustila.hold SET ended_at = \(now),
        ended_how = CASE WHEN last_day < \(zone.date(of: now)) THEN 'lapsed' ELSE 'replaced' END
      WHERE space_id = \(space.id) AND placed_at IS NOT NULL AND ended_at IS NULL
      """)
  }
}
