import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Role × state × action: what every use case does is what the permission table says.
@Suite struct PermissionTests {
  @Test(arguments: [State.active, .reactivatable, .archived, .erased], [SpaceRole.customer, .counsellor, .admin])
  func useCasesFollowTheTable(_ state: State, _ role: SpaceRole) async throws {
    try await Cast.with { cast in
      let trial = try await cast.space()
      try await cast.bring(trial, to: state)
      let caller =
        switch role {
        case .customer: try await cast.customer()
        case .counsellor: cast.counsellor
        case .admin: cast.admin
        case .dataProtectionOfficer: try await cast.officer()
        }
      // Those that change the state come last, each on the space as the state left it.
      for action in Action.allCases where ![.close, .reactivate, .archive].contains(action) {
        let outcome = try await cast.attempt(action, on: trial, by: caller)
        #expect(outcome == Self.expected(role, action, state), "\(role) \(action) \(state)")
      }
      for action in [Action.close, .reactivate, .archive] {
        let allowed = Permissions.states(role, action).contains(state)
        let outcome = try await cast.attempt(action, on: trial, by: caller)
        #expect(outcome == Self.expected(role, action, state), "\(role) \(action) \(state)")
        if allowed { break }
      }
      _ = try await Chain.verify(trial, in: cast.installation)
    }
  }

  private static func expected(_ role: SpaceRole, _ action: Action, _ state: State) -> Cast.Outcome {
    let sees = Permissions.states(role, .read)
    guard sees.contains(state) else { return .notFound }
    let states = Permissions.states(role, action)
    if states.isEmpty { return .forbidden }
    return states.contains(state) ? .done : .wrongState
  }

  /// A restriction hides the space from staff, and leaves reading and downloading to the customer.
  @Test func aRestrictionHidesFromStaff() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      _ = try await cast.store.postMessage("Hei", to: space, by: customer)
      try await cast.restrict(space)
      for action in Action.allCases where action != .enter {
        #expect(try await cast.attempt(action, on: space, by: cast.counsellor) == .notFound, "\(action)")
      }
      #expect(try await cast.store.spaces(PageRequest(), for: cast.counsellor).items.isEmpty)
      let allowed: Set<Action> = [
        .read, .readTimeline, .readContent, .readJournal, .readAccessLog, .enter, .download,
      ]
      for action in Action.allCases where Permissions.states(.customer, action).contains(.active) {
        #expect(
          try await cast.attempt(action, on: space, by: customer) == (allowed.contains(action) ? .done : .restricted))
      }
      #expect(try await cast.attempt(.archive, on: space, by: cast.admin) == .notFound)
      #expect(try await cast.store.space(space, for: customer).allowedActions.allSatisfy { allowed.contains($0) })
      // Erasure is suspended: years later the customer still reads.
      try await cast.installation.advance(to: cast.store.clock.now + .seconds(3 * 366 * 86_400))
      #expect(try await cast.store.messages(of: space, PageRequest(), for: try await cast.customer()).items.count == 1)
    }
  }

  /// Nobody, and staff without a commitment, reach nothing of it.
  @Test func othersFindNothing() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let others = [
        cast.colleague, cast.otherAdmin, cast.operator, try await cast.customer(3), try await cast.visitor(),
      ]
      for caller in others {
        for action in Action.allCases where action != .enter {
          #expect(try await cast.attempt(action, on: space, by: caller) == .notFound, "\(action)")
        }
      }
      _ = try await cast.store.appoint(
        Cast.appointment("olli", committed: nil), to: cast.organisation.id, by: cast.admin)
      for action in Action.allCases where action != .enter {
        #expect(try await cast.attempt(action, on: space, by: cast.counsellor) == .notFound, "\(action)")
      }
      await #expect(throws: Refusal.forbidden(.commitmentMissing)) { try await cast.openSpace() }
      #expect(try await cast.store.orphans(of: cast.organisation.id, for: cast.admin).count == 1)
      _ = try await cast.store.appoint(Cast.appointment("olli"), to: cast.organisation.id, by: cast.admin)
      #expect(try await cast.attempt(.write, on: space, by: cast.counsellor) == .done)
    }
  }
}

extension Cast {
  enum Outcome: Equatable {
    case done, notFound, forbidden, wrongState, restricted
  }

  /// Tries an action through its real use case.
  func attempt(_ action: Action, on space: ID<Space>, by caller: Caller) async throws -> Outcome {
    do {
      try await perform(action, on: space, by: caller)
      return .done
    } catch let refusal as Refusal {
      switch refusal {
      case .notFound: return .notFound
      case .forbidden: return .forbidden
      case .wrongState: return .wrongState
      case .restricted: return .restricted
      default: throw refusal
      }
    }
  }

  private func perform(_ action: Action, on space: ID<Space>, by caller: Caller) async throws {
    switch action {
    case .read: _ = try await store.space(space, for: caller)
    case .readTimeline: _ = try await store.timeline(of: space, for: caller)
    case .readJournal: _ = try await store.journal(of: space, PageRequest(), for: caller)
    case .readAccessLog: _ = try await store.accessLog(of: space, PageRequest(), for: caller)
    case .readContent: _ = try await store.files(of: space, PageRequest(), for: caller)
    case .write: _ = try await store.postMessage("Hei", to: space, by: caller)
    case .rename: _ = try await store.change(space, title: "Uusi", topics: nil, language: nil, by: caller)
    case .enter: _ = try await store.enter(space, invitation: nil, by: caller)
    case .invite: _ = try await store.invite(Self.invited(email: "x@y.fi"), to: space, by: caller)
    // Whom these take and leave is the matter of tests of their own.
    case .consent, .endPlace, .transfer, .markRead: try await store.change(space, by: caller, to: action) { _ in }
    case .close: _ = try await store.close(space, reason: nil, by: caller)
    case .reactivate: _ = try await store.reactivate(space, by: caller)
    case .archive: _ = try await store.archive(space, reason: nil, by: caller)
    case .download: _ = try await store.archive(of: space, for: caller)
    case .giveFeedback: _ = try await store.giveFeedback(rating: 3, text: nil, on: space, by: caller)
    case .readHolds, .hold, .restrict, .erase: try await store.decide(space, by: caller, to: action) { _ in }
    }
  }

  /// Restricts the processing (GDPR 18), as an officer.
  func restrict(_ space: ID<Space>) async throws {
    _ = try await store.restrict(space, by: try await officer())
  }
}
