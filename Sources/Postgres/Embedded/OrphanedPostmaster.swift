import Foundation
import Glibc

/// A server that an earlier service left on a data folder.
enum OrphanedPostmaster {
  /// Stops it, first gently.
  /// - Returns: its pid, where there was one.
  @discardableResult
  static func stop(cluster: String, within bound: Duration) throws -> pid_t? {
    guard let pid = find(cluster: cluster) else { return nil }
    for signal in [SIGINT, SIGQUIT] {
      kill(pid, signal)
      let deadline = ContinuousClock.now + bound
      while ContinuousClock.now < deadline {
        if find(cluster: cluster) != pid { return pid }
        usleep(10_000)
      }
    }
    throw EmbeddedServerError.orphanDoesNotStop(pid: pid)
  }

  /// The pid in postmaster.pid, if that process is a PostgreSQL server on this very folder and not a stranger who was
  /// given the number since.
  static func find(cluster: String) -> pid_t? {
    guard let text = try? String(contentsOfFile: cluster + "/postmaster.pid", encoding: .utf8),
      let line = text.split(separator: "\n").first, let pid = pid_t(line), pid > 1
    else { return nil }
    guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"), !data.isEmpty else { return nil }
    let arguments = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    guard let program = arguments.first, program.hasSuffix("/postgres") || program == "postgres",
      let flag = arguments.firstIndex(of: "-D"), flag + 1 < arguments.count, arguments[flag + 1] == cluster
    else { return nil }
    return pid
  }
}
