public import Foundation
import Glibc
import Logging
import Synchronization

/// A private PostgreSQL server that lives and ends with this process.
///
/// It listens on a Unix socket only and lets in this process's user, as the configured roles. As root it runs as an
/// unprivileged user. When this process dies without stopping it, the kernel tells it to shut down.
public final class EmbeddedServer: Sendable {
  /// How the server ended.
  public enum End: Hashable, Sendable {
    /// After ``stop()``.
    case stopped
    /// By itself; in words how.
    case died(String)
  }

  private let configuration: Configuration
  private let folders: ClusterFolders
  private let postmaster: Postmaster
  private let lock: Mutex<FolderLock?>
  private let isStopping = Mutex(false)

  private init(_ configuration: Configuration, _ folders: ClusterFolders, _ postmaster: Postmaster, _ lock: FolderLock)
  {
    self.configuration = configuration
    self.folders = folders
    self.postmaster = postmaster
    self.lock = Mutex(lock)
  }

  /// A server that nobody holds any more shuts down.
  deinit {
    postmaster.signal(SIGINT)
  }

  /// Makes the cluster where there is none, stops a server that an earlier process left, starts this one, and returns
  /// when it answers: about 1 s for a new cluster, 0.1 s otherwise, longer after a crash.
  /// - Throws: ``EmbeddedServerError``.
  public static func start(_ configuration: Configuration) async throws -> EmbeddedServer {
    try await DedicatedThread.run(name: "pg-start") { try startBlocking(configuration) }
  }

  /// A connection string for a database of this server.
  public func url(database: String = "postgres", role: String? = nil) -> String {
    func encoded(_ text: String) -> String {
      text.addingPercentEncoding(
        withAllowedCharacters: .alphanumerics.intersection(.init(charactersIn: "\0"..."\u{7f}")))
        ?? text
    }
    return
      "postgresql://\(encoded(role ?? configuration.superuser))@/\(encoded(database))?host=\(encoded(folders.socket))"
  }

  /// The folder with the programs of the newest PostgreSQL there is: the server's and, beside them, pg_dump and the like.
  public static func programs() throws -> URL {
    URL(filePath: try Installation.find(configured: nil, major: nil).folder, directoryHint: .isDirectory)
  }

  /// The process identifier of the server.
  public var pid: Int32 { postmaster.pid }

  /// The server's log: starts, stops, crashes; no statements and no data.
  public var logFile: URL { URL(filePath: folders.log) }

  /// Waits until the server has ended.
  /// - Returns: how; `nil` when the waiting task is cancelled.
  public func untilEnd() async -> End? {
    for await status in postmaster.ends() {
      return isStopping.withLock { $0 } ? .stopped : .died(ChildProcess.describe(status: status))
    }
    return nil
  }

  /// Lets this process log in as further roles, from now on.
  public func allow(roles: [String]) throws {
    let files = ClusterFiles(folders: folders, superuser: configuration.superuser)
    try files.writeAccess(roles: configuration.roles + roles)
    postmaster.signal(SIGHUP)
  }

  /// Stops the server: open transactions are rolled back, everything committed is on disk. After the stop timeout, the
  /// hard way. Returns when its process has ended; does nothing when it has already.
  public func stop() async {
    isStopping.withLock { $0 = true }
    let postmaster = postmaster
    let bound = configuration.stopTimeout
    let logger = configuration.logger
    try? await DedicatedThread.run(name: "pg-stop") {
      for signal in [SIGINT, SIGQUIT, SIGKILL] {
        postmaster.signal(signal)
        if postmaster.waitForEnd(within: bound) { return }
        logger.warning("PostgreSQL does not stop", metadata: ["signal": "\(signal)"])
      }
    }
    lock.withLock { $0 = nil }
  }
}

extension EmbeddedServer {
  private static func startBlocking(_ configuration: Configuration) throws -> EmbeddedServer {
    let folders = try ClusterFolders(configuration)
    try folders.create()
    let lock = try FolderLock(folder: folders.data)
    if let pid = try OrphanedPostmaster.stop(cluster: folders.cluster, within: configuration.stopTimeout) {
      configuration.logger.notice("stopped a PostgreSQL server left by an earlier process", metadata: ["pid": "\(pid)"])
    }
    let files = ClusterFiles(folders: folders, superuser: configuration.superuser)
    let major = try files.existingMajor()
    let installation = try Installation.find(configured: configuration.binaries, major: major)
    if major == nil { try files.initialise(installation) }
    try files.writeAccess(roles: configuration.roles)
    LogFile.rotate(folders.log)
    let command = try Launcher.command(
      [installation.postgres, "-D", folders.cluster] + ServerSettings(configuration, folders).arguments,
      as: folders.user)
    let deadline = ContinuousClock.now + configuration.startTimeout
    while true {
      let postmaster = try Postmaster(command: command, output: folders.log)
      let server = EmbeddedServer(configuration, folders, postmaster, lock)
      if try server.isReady(before: deadline) { return server }
    }
  }

  /// Waits for the first connection.
  /// - Returns: false when it should be started again, because what a killed server left needs a moment to go away.
  private func isReady(before deadline: ContinuousClock.Instant) throws -> Bool {
    let connection = ConnectionConfiguration(url: url(), applicationName: "ohjaustila start")
    while true {
      if (try? Connection(connection)) != nil { return true }
      let tail = LogFile.tail(folders.log, lines: 10)
      if let status = postmaster.status {
        if tail.contains("shared memory block"), ContinuousClock.now < deadline {
          usleep(100_000)
          return false
        }
        throw EmbeddedServerError.failed(
          program: "postgres", reason: "\(ChildProcess.describe(status: status)); its log ends:\n\(tail)")
      }
      guard ContinuousClock.now < deadline else {
        postmaster.signal(SIGQUIT)
        throw EmbeddedServerError.failed(program: "postgres", reason: "not ready in time; its log ends:\n\(tail)")
      }
      usleep(10_000)
    }
  }
}
