import Foundation
import Glibc
import Synchronization
import Testing

/// One copy of the service under a supervisor that starts it again whenever it ends, until told to stop.
final class ServiceCopy: Sendable {
  private struct State {
    var run: Run?
    var address: String?
    var starts = 0
    var isStopping = false
    var lastEnd = "no run has ended"
  }

  private let program: Program
  private let arguments: [String]
  private let name: String
  private let state = Mutex(State())

  init(_ program: Program, name: String, arguments: [String]) {
    self.program = program
    self.name = name
    self.arguments = arguments
  }

  /// Where it answers; nil while it does not serve.
  var address: String? { state.withLock { $0.address } }

  /// What it has written since it was last started, and its number; nil while it is not running.
  var output: (text: String, pid: Int32)? { state.withLock { $0.run }.map { ($0.text, $0.pid) } }

  /// What the run before the present one left behind, for whoever waits in vain: how it ended and its last lines.
  var lastEnd: String { state.withLock { $0.lastEnd } }

  /// How often it was started.
  var starts: Int { state.withLock { $0.starts } }

  /// Kills the run there is at this moment, if any: serving or just starting.
  func kill() -> Bool {
    let run = state.withLock { state in
      state.address = nil
      return state.run
    }
    return run?.kill() ?? false
  }

  /// No further start; ends the run there is.
  func stop() {
    state.withLock { $0.isStopping = true }
    _ = kill()
  }

  /// Keeps copies running beside a test, and kills them at its end.
  static func whileRunning(_ copies: some Sequence<ServiceCopy>, _ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for copy in copies { group.addTask { try await copy.supervise() } }
      do {
        defer { for copy in copies { copy.stop() } }
        try await body()
      }
      try await group.waitForAll()
    }
  }

  /// Starts it again and again.
  ///
  /// A run may end by SIGKILL, which is ours, or give up by itself (PostgreSQL may be away while it starts). Any other
  /// signal is a crash of its own.
  func supervise() async throws {
    while !state.withLock({ $0.isStopping }) {
      let number = state.withLock { state in
        state.starts += 1
        return state.starts
      }
      let run = try program.start(arguments, log: "\(name)-\(number).log")
      let isStopping = state.withLock { state in
        state.run = run
        return state.isStopping
      }
      if isStopping { _ = run.kill() }
      try await awaitAddress(of: run)
      let end = await run.end()
      state.withLock { state in
        (state.run, state.address) = (nil, nil)
        state.lastEnd = "\(name)-\(number) \(end): \(run.text.suffix(600))"
      }
      if case .signalled(let signal) = end, signal != SIGKILL {
        Issue.record("\(name) ended by signal \(signal):\n\(run.text.suffix(3000))")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// The port is the system's choice; the log names it once the service answers.
  private func awaitAddress(of run: Run) async throws {
    while run.isRunning {
      if let found = run.text.firstMatch(of: /address=(http:\/\/[0-9.:]+)/) {
        state.withLock { $0.address = run.isRunning ? String(found.1) : nil }
        return
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}
