import NIOCore
import Testing

@testable import HTTPAPI

@Suite struct BodyPatienceTests {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
  private func patience() -> BodyPatience { BodyPatience(capacity: .seconds(20), bytesPerSecond: 1000) }

  @Test func whoStopsIsFound() {
    var patience = patience()
    patience.wait(from: start)
    #expect(!patience.isOver(at: start + .seconds(19)) && patience.isOver(at: start + .seconds(20)))
  }

  /// A byte a second would keep a connection for ever, if each byte began the wait anew.
  @Test func whoTricklesIsFound() {
    var (patience, now, bytes) = (patience(), start, 0)
    while bytes < 10_000 {
      patience.wait(from: now)
      now = now + .seconds(1)
      if patience.isOver(at: now) { break }
      patience.receive(1, at: now)
      bytes += 1
    }
    #expect(bytes < 25)
  }

  /// What came fast before is no credit for a stop later.
  @Test func nothingIsSavedUp() {
    var patience = patience()
    patience.wait(from: start)
    patience.receive(1_000_000, at: start + .seconds(1))
    patience.wait(from: start + .seconds(1))
    #expect(patience.isOver(at: start + .seconds(21)))
  }

  @Test func ourOwnSlownessIsNotTheirs() {
    var patience = patience()
    patience.wait(from: start)
    patience.receive(1, at: start + .seconds(1))
    #expect(!patience.isOver(at: start + .hours(1)))
    patience.wait(from: start + .hours(1))
    #expect(!patience.isOver(at: start + .hours(1) + .seconds(18)))
  }
}
