import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// Kills processes at random moments, and PostgreSQL now and then. Its decisions follow from the seed.
struct Killer: Sendable {
  let copies: [ServiceCopy]
  let sweeper: Sweeper
  let cluster: Cluster

  /// What it did.
  struct Toll: Sendable {
    var copies = 0
    var sweeps = 0
    var databases = 0
    var processes: Int { copies + sweeps }
  }

  /// So many kills of processes of ours to one of PostgreSQL.
  private static let killsToACrash = 12

  func run(kills: Int, seed: UInt64) async throws -> Toll {
    var random = SplitMix64(seed: seed)
    var toll = Toll()
    while toll.processes < kills {
      try await Task.sleep(for: .milliseconds(Int.random(in: 60...600, using: &random)))
      // On a slow machine a start may take longer than the pause: somebody has to serve in between, or nothing happens.
      do {
        try await eventually("a copy that serves") { copies.contains { $0.address != nil } }
      } catch {
        let ends = copies.map { copy in
          "\(copy.starts) starts, now \(copy.output?.text.suffix(600) ?? "off"), before \(copy.lastEnd)"
        }
        Issue.record("\(ends.joined(separator: "\n"))")
        throw error
      }
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<7: toll.copies += copies[Int.random(in: 0..<copies.count, using: &random)].kill() ? 1 : 0
      default: toll.sweeps += sweeper.kill() ? 1 : 0
      }
      if toll.processes / Self.killsToACrash > toll.databases {
        try await cluster.crash()
        toll.databases += 1
      }
    }
    return toll
  }
}

/// Sweeps from the command line, one run after another.
final class Sweeper: Sendable {
  private let program: Program
  private let arguments: [String]
  private let state = Mutex<(run: Run?, number: Int, isStopping: Bool, finished: Int)>((nil, 0, false, 0))

  init(_ program: Program, arguments: [String]) {
    self.program = program
    self.arguments = arguments
  }

  /// Runs that came to a good end.
  var finished: Int { state.withLock { $0.finished } }

  func kill() -> Bool { state.withLock { $0.run }?.kill() ?? false }

  func stop() { state.withLock { $0.isStopping = true } }

  func keepSweeping() async throws {
    while !state.withLock({ $0.isStopping }) {
      if try await sweep().end == .exited(0) { state.withLock { $0.finished += 1 } }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// One sweep.
  func sweep() async throws -> (end: Run.End, output: String) {
    let number = state.withLock { state in
      state.number += 1
      return state.number
    }
    let run = try program.start(arguments, log: "sweep-\(number).log")
    state.withLock { $0.run = run }
    let end = await run.end()
    state.withLock { $0.run = nil }
    if case .signalled(let signal) = end, signal != SIGKILL {
      Issue.record("a sweep ended by signal \(signal):\n\(run.text.suffix(3000))")
    }
    return (end, run.text)
  }
}
