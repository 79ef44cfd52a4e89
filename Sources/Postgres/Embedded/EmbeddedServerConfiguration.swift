public import Foundation
public import Logging

extension EmbeddedServer {
  /// Where and how a private PostgreSQL server runs.
  public struct Configuration: Sendable {
    /// Holds the cluster, its log, its lock and, by default, its socket. Made when missing.
    public var dataFolder: URL
    /// Holds the socket; `nil` is `socket` in the data folder. Its path may have 93 bytes.
    public var socketFolder: URL?
    /// Whom the server runs as when this process is root, and only then.
    public var serverUser: String
    /// The name of the cluster's superuser.
    public var superuser: String
    /// Roles that this process may log in as, beside the superuser. They need not exist yet.
    public var roles: [String]
    /// The folder with `initdb` and `postgres`; `nil` looks for it.
    public var binaries: URL?
    /// Server settings by name, over the built-in ones.
    public var settings: [String: String]
    /// The bound for starting, recovery from a crash included.
    public var startTimeout: Duration
    /// The bound for a fast stop, after which the server is stopped the hard way (and recovers when next started).
    public var stopTimeout: Duration
    /// Receives what is started, stopped and found.
    public var logger: Logger

    /// A configuration with defaults: user `postgres`, superuser `postgres`, 60 s to start, 20 s to stop.
    public init(
      dataFolder: URL, socketFolder: URL? = nil, serverUser: String = "postgres", superuser: String = "postgres",
      roles: [String] = [], binaries: URL? = nil, settings: [String: String] = [:],
      startTimeout: Duration = .seconds(60), stopTimeout: Duration = .seconds(20),
      logger: Logger = Logger(label: "postgres.embedded", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
      self.dataFolder = dataFolder
      self.socketFolder = socketFolder
      self.serverUser = serverUser
      self.superuser = superuser
      self.roles = roles
      self.binaries = binaries
      self.settings = settings
      self.startTimeout = startTimeout
      self.stopTimeout = stopTimeout
      self.logger = logger
    }
  }
}
