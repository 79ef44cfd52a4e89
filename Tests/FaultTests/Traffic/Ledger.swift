import Synchronization
import TestSupport

/// What was acknowledged: every entry of it is a promise that the service has made.
final class Ledger: Sendable {
  struct Space: Hashable, Sendable {
    let id: String
    let counsellor: Person
    let customer: Person
  }

  struct Message: Hashable, Sendable {
    let id: String
    let text: String
  }

  struct File: Hashable, Sendable {
    let id: String
    let name: String
    let bytes: [UInt8]
  }

  struct Entries: Sendable {
    var spaces: [Space] = []
    var messages: [String: [Message]] = [:]
    var files: [String: [File]] = [:]
    /// Closings and reactivations by space and kind of journal entry.
    var facts: [String: [String: Int]] = [:]
    /// Keys of requests that were repeated while the clock may have moved beyond a key's day: only those may have had
    /// an effect twice.
    var outlasted: Set<String> = []
    /// Requests whose end nobody knows.
    var unknown = 0
  }

  private let entries = Mutex(Entries())

  var all: Entries { entries.withLock { $0 } }

  func note(_ change: (inout Entries) -> Void) { entries.withLock { change(&$0) } }

  /// One of the newest spaces, mostly; nil while there is none.
  func space(using random: inout SplitMix64) -> Space? {
    let (count, number) = (Int.random(in: 0..<8, using: &random), Int.random(in: 0..<1 << 20, using: &random))
    return entries.withLock { entries in
      guard !entries.spaces.isEmpty else { return nil }
      let candidates = count == 0 ? entries.spaces[...] : entries.spaces.suffix(25)
      return candidates[candidates.startIndex + number % candidates.count]
    }
  }
}
