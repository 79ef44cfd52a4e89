/// Why a private PostgreSQL server cannot be started.
public enum EmbeddedServerError: Error, Hashable, Sendable {
  /// No folder with `initdb` and `postgres` was found; for an existing cluster, none of its major version.
  case noBinaries(searched: [String])
  /// The operating system has no such user.
  case unknownUser(String)
  /// The server's unprivileged user cannot enter this folder, which leads to the data folder: choose another.
  case unreachable(folder: String, user: String)
  /// Another service holds the data folder; 0 where it is unknown which.
  case inUse(folder: String, pid: Int32)
  /// The folder is neither empty nor a cluster of this module.
  case notACluster(folder: String)
  /// The socket's path would be longer than the system allows (107 bytes).
  case socketPathTooLong(path: String, bytes: Int)
  /// A program could not be run or failed; the text ends with its last output.
  case failed(program: String, reason: String)
  /// An earlier server on this data folder would not stop.
  case orphanDoesNotStop(pid: Int32)
  /// A system call failed on a path.
  case system(call: String, path: String, code: Int32)
}

extension EmbeddedServerError: CustomStringConvertible {
  /// What happened, and where it helps what to do.
  public var description: String {
    switch self {
    case .noBinaries(let searched):
      "no PostgreSQL server programs (initdb, postgres) that fit in \(searched.joined(separator: ", "))"
    case .unknownUser(let user): "the system has no user \(user) to run PostgreSQL as"
    case .unreachable(let folder, let user): "user \(user) cannot enter \(folder); choose another data folder"
    case .inUse(let folder, let pid): "the data folder \(folder) is in use by process \(pid)"
    case .notACluster(let folder): "\(folder) is not empty and holds no PostgreSQL cluster"
    case .socketPathTooLong(let path, let bytes):
      "the socket path \(path) has \(bytes) bytes, the system allows 107; choose a shorter socket folder"
    case .failed(let program, let reason): "\(program) failed: \(reason)"
    case .orphanDoesNotStop(let pid): "PostgreSQL process \(pid) holds the data folder and does not stop"
    case .system(let call, let path, let code): "\(call) on \(path) failed with errno \(code)"
    }
  }
}
