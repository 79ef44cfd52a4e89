import Foundation
import Glibc

@testable import Postgres

/// The real executable, as the build has put it beside the tests.
struct Program: Sendable {
  /// Migrations, policies and the like.
  let resources: URL
  /// Variables of every run.
  let environment: [String: String]
  /// Where each run's output goes, a file each.
  let logs: URL

  private static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "ohjaustila").path

  /// The same with some variables beside these, or instead of them.
  func with(_ variables: [String: String]) -> Program {
    Program(resources: resources, environment: environment.merging(variables) { $1 }, logs: logs)
  }

  /// Starts it. Should the tests die, the kernel kills it; other tests, who measure their patience, go before it.
  ///
  /// - Parameter fileLimit: how large its files may grow, in bytes; what it prints may be more.
  func start(_ arguments: [String], log: String, fileLimit: Int? = nil) throws -> Run {
    let variables = environment.merging(["OHJAUSTILA_RESOURCES": resources.path]) { own, _ in own }
    let output = logs.appending(path: log).path
    let limit = fileLimit.map { limit in
      [
        "/bin/sh", "-c", #""$@" 2>&1 | cat"#, "sh", "/usr/bin/prlimit", "--fsize=\(limit)", "/usr/bin/env",
        "--ignore-signal=XFSZ",
      ]
    }
    return Run(
      process: try Postmaster(
        command: (limit ?? []) + [
          "/usr/bin/setpriv", "--pdeathsig", "KILL", "/usr/bin/nice", "-n", "5", "/usr/bin/env",
        ]
          + variables.map { "\($0)=\($1)" }.sorted() + [Self.path] + arguments, output: output),
      output: output)
  }

  /// Runs it to its end.
  func run(
    _ arguments: [String], log: String, fileLimit: Int? = nil
  ) async throws -> (end: Run.End, output: String) {
    let run = try start(arguments, log: log, fileLimit: fileLimit)
    return (await run.end(), run.text)
  }
}

/// One run of the program. It is reaped under the lock that signals go through, so none can hit a stranger.
struct Run: Sendable {
  fileprivate let process: Postmaster
  fileprivate let output: String

  /// How a process ended.
  enum End: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)

    fileprivate init(status: Int32) {
      self = status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
    }
  }

  /// What it has written so far.
  var text: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }

  /// Its number, as the system counts processes.
  var pid: pid_t { process.pid }

  var isRunning: Bool { process.status == nil }

  /// Kills it as power cuts do: it gets to do nothing more.
  ///
  /// - Returns: whether it was still alive.
  func kill() -> Bool {
    let wasRunning = isRunning
    process.signal(SIGKILL)
    return wasRunning
  }

  /// Waits for its end.
  func end() async -> End {
    for await status in process.ends() { return End(status: status) }
    return End(status: process.status ?? 0)
  }
}
