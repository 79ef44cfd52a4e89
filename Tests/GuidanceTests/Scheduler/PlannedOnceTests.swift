import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Notices that a caller's change carries out before the scheduler comes to them.
@Suite struct PlannedOnceTests {
  /// An upload begins with a change that journals nothing: the notice that is due by then is planned with it, and neither
  /// the upload's end nor the next sweep plans it again.
  @Test func aNoticeIsPlannedOnceWhoeverComesFirst() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let closes = try await cast.timeline(of: space).closes
      try await cast.store.moveClock(to: closes - .seconds(10 * 86_400))
      try await cast.upload([1, 2, 3], to: space, by: cast.counsellor)
      _ = try await cast.store.sweep()
      let count: Query = "SELECT count(*) FROM ohjaustila.outbox WHERE kind = 'closingSoon' AND space_id = \(space)"
      #expect(try await cast.count(count) == 1)
    }
  }
}
