public import Logging

/// How to reach a database and what every session there starts with.
public struct ConnectionConfiguration: Sendable {
  /// A libpq connection string: `postgresql://role@host:5432/database?…` or `host=… dbname=…`. May hold a password.
  public var url: String
  /// Shown in `pg_stat_activity`.
  public var applicationName: String
  /// The bound for making a connection, authentication included.
  public var connectTimeout: Duration
  /// How long the server may give no sign of life while it is waited for; then the connection is given up. `nil`: for
  /// ever. Longer than any statement may run, whose bound is the setting `statement_timeout`.
  public var answerTimeout: Duration?
  /// Settings of the session, by name: `["search_path": "guidance", "statement_timeout": "5000"]`.
  public var settings: [String: String]
  /// How many prepared statements a connection keeps; the longest unused goes first.
  public var preparedStatements: Int
  /// Receives notices and losses, never data.
  public var logger: Logger

  /// A configuration with defaults: five seconds to connect, no bound for answers, 256 prepared statements, a logger
  /// that discards.
  public init(
    url: String, applicationName: String = "ohjaustila", connectTimeout: Duration = .seconds(5),
    answerTimeout: Duration? = nil, settings: [String: String] = [:], preparedStatements: Int = 256,
    logger: Logger = Logger(label: "postgres", factory: { _ in SwiftLogNoOpLogHandler() })
  ) {
    self.url = url
    self.applicationName = applicationName
    self.connectTimeout = connectTimeout
    self.answerTimeout = answerTimeout
    self.settings = settings
    self.preparedStatements = preparedStatements
    self.logger = logger
  }
}
