public import Logging

extension Database {
  /// How a ``Database`` connects and what it bounds.
  public struct Configuration: Sendable {
    /// A libpq connection string; may hold a password.
    public var url: String
    /// Shown in `pg_stat_activity`.
    public var applicationName: String
    /// Connections, each with a thread. Two to four times the cores measure best.
    public var connections: Int
    /// Jobs that may wait; one more fails at once with ``PostgresError/queueFull(limit:)``.
    public var maximumQueued: Int
    /// How many waiting `readOnce` may share a round trip; 1 gives each its own.
    public var sharedReads: Int
    /// The longest wait for a connection, then ``PostgresError/queueDeadline(_:)``.
    public var queueDeadline: Duration
    /// The server's bound for one statement (57014).
    public var statementTimeout: Duration
    /// How long beyond the statement timeout a server may keep silent before its connection is given up as frozen.
    public var answerSlack: Duration
    /// The server's bound for a closure that dawdles between statements; the connection is lost then.
    public var idleInTransactionTimeout: Duration
    /// The bound for making a connection.
    public var connectTimeout: Duration
    /// Schemas to look names up in, as in SQL: `guidance, pg_catalog`. `nil` leaves the role's default.
    public var searchPath: String?
    /// Further settings of every session, by name.
    public var settings: [String: String]
    /// The SQL function `(bigint) → anything` that raises unless its argument is 1; see
    /// ``WriteTransaction/enqueueUpdatingExactlyOne(_:)``. A plain or qualified name.
    public var requireOneFunction: String
    /// Receives notices and lost connections, never data.
    public var logger: Logger

    /// A configuration with defaults: 8 connections, 1,000 waiting jobs for at most 5 s, 8 reads to a round trip,
    /// statements of at most 30 s.
    public init(
      url: String, applicationName: String = "ohjaustila", connections: Int = 8, maximumQueued: Int = 1000,
      sharedReads: Int = 8, queueDeadline: Duration = .seconds(5), statementTimeout: Duration = .seconds(30),
      answerSlack: Duration = .seconds(5), idleInTransactionTimeout: Duration = .seconds(30),
      connectTimeout: Duration = .seconds(5),
      searchPath: String? = nil, settings: [String: String] = [:], requireOneFunction: String = "require_one",
      logger: Logger = Logger(label: "postgres", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
      self.url = url
      self.applicationName = applicationName
      self.connections = connections
      self.maximumQueued = maximumQueued
      self.sharedReads = sharedReads
      self.queueDeadline = queueDeadline
      self.statementTimeout = statementTimeout
      self.answerSlack = answerSlack
      self.idleInTransactionTimeout = idleInTransactionTimeout
      self.connectTimeout = connectTimeout
      self.searchPath = searchPath
      self.settings = settings
      self.requireOneFunction = requireOneFunction
      self.logger = logger
    }

    /// What each connection starts with. Outside explicit write transactions sessions are read-only, so that a
    /// `readOnce` can be sent again without a thought.
    var session: ConnectionConfiguration {
      var settings = [
        "statement_timeout": statementTimeout.settingMilliseconds,
        "idle_in_transaction_session_timeout": idleInTransactionTimeout.settingMilliseconds,
        "default_transaction_read_only": "on", "default_transaction_isolation": "read committed", "TimeZone": "UTC",
      ]
      if let searchPath { settings["search_path"] = searchPath }
      settings.merge(self.settings) { _, own in own }
      return ConnectionConfiguration(
        url: url, applicationName: applicationName, connectTimeout: connectTimeout,
        answerTimeout: statementTimeout + answerSlack, settings: settings, logger: logger)
    }
  }
}
