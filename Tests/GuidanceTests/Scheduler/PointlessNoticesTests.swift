import Guidance
import Lifecycle
import Postgres
import TestSupport
import Testing

@Suite struct PointlessNoticesTests {
  /// With a space goes everything that waited to be sent about it, but for the notice of the erasure itself.
  @Test func anErasedSpaceLeavesItsLastNoticeOnly() async throws {
    try await Cast.with { cast in
      let view = try await cast.openSpace()
      try await cast.installation.advance(to: view.space.timeline.archivesAt)
      let before = try await cast.installation.asAdmin("SELECT kind FROM ohjaustila.outbox") {
        try $0.get(0, as: String.self)
      }
      #expect(before.count > 1)
      try await cast.installation.advance(to: view.space.timeline.erasesAt)
      let after = try await cast.installation.asAdmin("SELECT kind FROM ohjaustila.outbox") {
        try $0.get(0, as: String.self)
      }
      #expect(after == ["erased"])
    }
  }
}
