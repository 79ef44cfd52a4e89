import CLibPQ
import Foundation
import Glibc

/// Programs run by `posix_spawn`, without a shell.
enum ChildProcess {
  /// Starts a program in a process group of its own (so that Ctrl-C in a terminal reaches only us), in `/`, with a clean
  /// environment, no open files but its output, and default signals.
  /// - Parameter output: a file that standard output and error are appended to.
  static func spawn(_ arguments: [String], output: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    posix_spawn_file_actions_addchdir_np(&actions, "/")
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    let environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"]
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, arguments[0], &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw EmbeddedServerError.system(call: "posix_spawn", path: arguments[0], code: code) }
    return pid
  }

  /// Runs a program to its end.
  /// - Throws: ``EmbeddedServerError/failed(program:reason:)`` unless it ends with 0.
  static func run(_ arguments: [String], output: String) throws {
    let pid = try spawn(arguments, output: output)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    guard status == 0 else {
      throw EmbeddedServerError.failed(
        program: arguments.joined(separator: " "), reason: LogFile.tail(output, lines: 10))
    }
  }

  /// Runs a program to its end.
  /// - Returns: what it wrote.
  static func output(of arguments: [String]) throws -> String {
    let file = NSTemporaryDirectory() + "/ohjaustila-\(UUID().uuidString)"
    defer { unlink(file) }
    try run(arguments, output: file)
    return try String(contentsOfFile: file, encoding: .utf8)
  }

  /// How a process ended, in words.
  static func describe(status: Int32) -> String {
    status & 0x7f == 0 ? "exit code \(status >> 8 & 0xff)" : "signal \(status & 0x7f)"
  }
}
