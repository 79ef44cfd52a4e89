import Foundation
import Glibc

/// The command that runs a program as the server's user and takes it down with us.
enum Launcher {
  /// `setpriv` executes the program in its own place, so that the child's pid is the program's. When the thread that
  /// spawned it ends, however it ends, the kernel sends SIGINT: PostgreSQL's fast shutdown.
  static func command(_ arguments: [String], as user: SystemUser) throws -> [String] {
    let setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let setpriv else {
      if geteuid() == 0 { throw EmbeddedServerError.failed(program: "setpriv", reason: "not installed (util-linux)") }
      // Without it a kill -9 of ours leaves an orphan, which the next start stops.
      return arguments
    }
    let identity =
      geteuid() == 0 ? ["--reuid=\(user.uid)", "--regid=\(user.gid)", "--init-groups"] : []
    return [setpriv] + identity + ["--pdeathsig", "INT", "--"] + arguments
  }
}
