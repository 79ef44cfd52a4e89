import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

extension Cast {
  /// The space's stored facts and timeline.
  func stored(_ space: ID<Space>) async throws -> Space {
    try #require(
      try await installation.asAdmin("SELECT \(Space.columns) FROM ohjaustila.space s WHERE s.id = \(space)") {
        try Space($0)
      }.first)
  }

  /// The last day of the base retention, which holds are capped from.
  func baseLastDay(_ space: ID<Space>) async throws -> CivilDate {
    let stored = try await stored(space)
    return store.zone.date(of: stored.timeline.baseErasesAt).adding(days: -1)
  }

  /// Proposes a hold as one officer and approves it as another.
  @discardableResult
  func hold(_ space: ID<Space>, through lastDay: CivilDate, reason: String = "legalClaim") async throws -> Hold {
    let proposed = try await store.placeHold(on: space, reason: reason, through: lastDay, by: try await officer())
    return try await store.approveHold(proposed.id, on: space, by: try await officer("second"))
  }

  var today: CivilDate { store.zone.date(of: store.clock.now) }
}
