import Lifecycle
import Postgres

/// A second professional to be proposed.
public struct ColleagueDraft: Sendable {
  /// What their organisation's staff issuer calls them.
  public let subject: String
  /// On whose staff they are; the space's organisation when nil.
  public let organisation: ID<Organisation>?

  /// A proposal; whether there is such a counsellor is found when it is made.
  public init(subject: String, organisation: ID<Organisation>?) {
    self.subject = subject
    self.organisation = organisation
  }
}

extension GuidanceStore {
  /// Proposes a second professional. They see nothing before every customer who has entered has agreed, and then what a
  /// counsellor sees. The customers are told.
  ///
  /// - Throws: `Refusal.invalid` unless the colleague is a counsellor there with a commitment that stands, and not in the
  ///   space or proposed already.
  public func propose(
    _ colleague: ColleagueDraft, to id: ID<Space>, by caller: Caller, request: RequestKey? = nil
  ) async throws -> Participant {
    try Refusal.check(colleague.subject, field: "/subject")
    let proposed: ID<Participation>
    do {
      proposed = try await change(
        id, by: caller, to: .invite, request: request,
        holding: "SELECT ohjaustila.hold_colleague(\(id), \(colleague.organisation), \(colleague.subject))"
      ) { try $0.propose(colleague) }
    } catch let repetition as Repetition {
      proposed = repetition.resource(Participation.self)
    } catch let error as PostgresError where error.sqlState == .uniqueViolation {
      throw Refusal.invalid(field: "/subject", rule: "names somebody who is not in the space yet")
    }
    return try await participant(proposed, of: id, for: caller)
  }

  /// Agrees to a second professional, as a customer of the space. The last one's consent lets them in.
  ///
  /// - Throws: `Refusal.notFound` where nobody is proposed; `colleagueUnavailable`.
  public func accept(
    _ participation: ID<Participation>, in id: ID<Space>, by caller: Caller, request: RequestKey? = nil
  ) async throws -> Participant {
    do {
      try await change(
        id, by: caller, to: .consent, request: request,
        holding: "SELECT ohjaustila.hold_proposed(\(id), \(participation))"
      ) { try $0.accept(participation) }
    } catch is Repetition {}
    return try await participant(participation, of: id, for: caller)
  }

  func participant(_ participation: ID<Participation>, of id: ID<Space>, for caller: Caller) async throws -> Participant
  {
    guard let found = try await participants(of: id, for: caller).first(where: { $0.id == participation }) else {
      throw Refusal.notFound
    }
    return found
  }
}

extension SpaceChange {
  fileprivate func propose(_ colleague: ColleagueDraft) throws -> ID<Participation> {
    let found = try all(
      """
      SELECT account, staff_of, name
      FROM ohjaustila.find_colleague(\(space.id), \(colleague.organisation), \(colleague.subject))
      """
    ) { try ($0.get(0, as: ID<Account>.self), $0.get(1, as: ID<Organisation>.self), $0.get(2, as: String.self)) }
    guard let (account, organisation, name) = found.first else {
      throw Refusal.invalid(field: "/subject", rule: "names a counsellor there with a commitment that stands")
    }
    let place = ID<Participation>.make()
    try enqueue(
      """
      INSERT INTO ohjaustila.participant (space_id, id, role, account_id, name, added_at, second_of)
      VALUES (\(space.id), \(place), 'counsellor', \(account),
        \(try cipher().seal(Optional(name), .participantName(place))), \(now), \(organisation))
      """)
    try journal("participantProposed", details: [("participant", place.description)])
    try enqueue(OccasionNotice.colleagueProposed.insertion(space: space.id, at: now))
    touchEnvelope()
    resource = place.uuid
    return place
  }

  fileprivate func accept(_ colleague: ID<Participation>) throws {
    let outcome = try all("SELECT ohjaustila.accept_colleague(\(space.id), \(colleague), \(now))") {
      try $0.get(0, as: Consent.self)
    }
    switch outcome.first {
    case .none?, nil: throw Refusal.notFound
    case .unavailable?: throw Refusal.colleagueUnavailable
    case .waiting?: try journal("participantConsented", details: [("participant", colleague.description)])
    case .accepted?: try journal("participantAccepted", details: [("participant", colleague.description)])
    }
    resource = colleague.uuid
    touchEnvelope()
  }
}

/// What came of a customer's consent.
private enum Consent: String, PostgresRepresentable {
  /// No other customer's is missing: the colleague is in.
  case accepted
  /// Another customer has not said so yet.
  case waiting
  /// The colleague may not have a space any more.
  case unavailable
  /// Nobody is proposed.
  case none
}
