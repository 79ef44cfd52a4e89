import Lifecycle
import Synchronization
import TestSupport

/// Moves the installation's clock on, by hours, weeks and months, through whichever copy is there.
final class Clockwork: Sendable {
  private let zone: CivilZone
  private let state = Mutex<(epoch: Int, isStopping: Bool, now: Instant)>((0, false, .distantPast))

  init(zone: CivilZone) {
    self.zone = zone
  }

  /// How often the clock was about to be moved: counted before it is.
  var epoch: Int { state.withLock { $0.epoch } }
  /// Where it stood when last asked.
  var now: Instant { state.withLock { $0.now } }
  var isStopping: Bool { state.withLock { $0.isStopping } }

  /// Ends the movements, and with them the users' days.
  func stop() { state.withLock { $0.isStopping = true } }

  func keepMoving(_ client: Client) async throws {
    var client = client
    while !isStopping {
      try await Task.sleep(for: .milliseconds(Int.random(in: 100...900, using: &client.random)))
      let now = try await read(&client)
      try await move(to: target(after: now, using: &client.random), &client)
    }
  }

  /// Moves it, however many copies die over it, and tells the living ones.
  func move(to target: Instant, _ client: inout Client) async throws {
    state.withLock { $0.epoch += 1 }
    repeat {
      _ = try await client.send(.post("/dev/clock", #"{"to":"\#(target)"}"#))
    } while try await read(&client) < target
  }

  @discardableResult
  func read(_ client: inout Client) async throws -> Instant {
    let text = try await client.require(.get("/dev/clock")).members.now ?? ""
    let now = try Instant(rfc3339: text)
    state.withLock { $0.now = now }
    return now
  }

  /// Often the start of a local day, when boundaries are crossed; else any moment.
  private func target(after now: Instant, using random: inout SplitMix64) -> Instant {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: now + .seconds(Int.random(in: 60...40_000, using: &random))
    case 1..<5:
      zone.startOfDay(zone.date(of: now).adding(days: Int.random(in: 1...60, using: &random)))
    case 5..<8: now + .seconds(Int.random(in: 1...40 * 86_400, using: &random))
    default: now + .seconds(Int.random(in: 30 * 86_400...100 * 86_400, using: &random))
    }
  }
}
