import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// A sweep that waits for a space which is always in use.
@Suite struct PatientSweepTests {
  /// While it waits it holds no row of the queue: who has the space can finish, and other spaces are swept by others.
  @Test func waitingForASpaceHoldsNoRowOfTheQueue() async throws {
    try await Cast.with { cast in
      let (busy, other) = (try await cast.space(), try await cast.space())
      try await cast.store.moveClock(to: try await cast.timeline(of: other).closes)
      try await cast.alter("UPDATE ohjaustila.due SET skips = 3 WHERE space_id = \(busy)")
      let results = try await HeldLock.over(
        busy, in: cast.installation, [{ @Sendable in try await cast.store.sweep() }],
        meanwhile: {
          // The sweep waits for the space by now. With NOWAIT this fails at once if it holds either row.
          await #expect(throws: Never.self) {
            try await cast.alter(
              "SELECT FROM ohjaustila.due WHERE space_id IN (\(busy), \(other)) FOR UPDATE NOWAIT")
          }
        })
      _ = try results[0].get()
      // On a slow machine its patience may have ended before it was let go.
      try await cast.alter("UPDATE ohjaustila.due SET retry_at = '-infinity'")
      _ = try await cast.store.sweep()
      for space in [busy, other] {
        #expect(try await Chain.verify(space, in: cast.installation).kinds.count { $0 == "crossed" } == 1)
      }
    }
  }

  /// Who holds the space changes its row in the queue, as every fact does: the two don't wait for each other.
  @Test func aFactAndAPatientSweepDoNotDeadlock() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.store.moveClock(to: try await cast.timeline(of: space).closes)
      try await cast.alter("UPDATE ohjaustila.due SET skips = 3 WHERE space_id = \(space)")
      let results = try await HeldLock.over(
        space, in: cast.installation,
        [
          { @Sendable in _ = try await cast.store.sweep() },
          { @Sendable in _ = try await cast.store.reactivate(space, by: cast.counsellor) },
        ])
      for result in results { #expect(throws: Never.self) { try result.get() } }
      let kinds = try await Chain.verify(space, in: cast.installation).kinds
      #expect(kinds.suffix(2) == ["crossed", "reactivated"], "\(kinds)")
    }
  }
}
