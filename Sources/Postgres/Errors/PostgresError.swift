/// Everything this module throws about the database, apart from `CancellationError` (a cancelled task),
/// ``MigrationError`` and ``EmbeddedServerError``. Its description holds no bound data and may be logged.
public enum PostgresError: Error, Sendable {
  /// PostgreSQL refused a statement; its transaction is rolled back.
  case server(ServerError)
  /// No connection could be made. The text is libpq's; it names hosts and roles, no password.
  case connectionFailed(String)
  /// The connection died before the outcome mattered: nothing of the transaction is in effect.
  case connectionLost(String)
  /// The connection died while COMMIT was under way: the transaction may be in effect or not.
  case commitUnknown(String)
  /// As many jobs wait as may (``Database/Configuration/maximumQueued``).
  case queueFull(limit: Int)
  /// A job waited longer for a connection than it may (``Database/Configuration/queueDeadline``). It never ran.
  case queueDeadline(Duration)
  /// The ``Database`` is shut down. The job never ran.
  case shutDown
  /// A value could not be bound; nothing was sent.
  case encoding(EncodingFailure)
  /// A column could not be read.
  case decoding(DecodingFailure)
  /// A statement gave or changed another number of rows than its verb says.
  case unexpectedRowCount(expected: String, actual: Int, statement: String)
  /// The caller broke a rule of this interface; the text says which.
  case misuse(String)
}

extension PostgresError {
  /// The code to match on; `nil` where PostgreSQL gave none. A text with U+0000 has PostgreSQL's own, 22021.
  public var sqlState: SQLState? {
    switch self {
    case .server(let error): error.sqlState
    case .encoding(let failure): failure.error as? PostgresValueError == .nul ? .characterNotInRepertoire : nil
    default: nil
    }
  }

  /// The violated constraint of a server's error.
  public var constraint: String? {
    if case .server(let error) = self { error.constraint } else { nil }
  }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
  /// One line without bound data.
  public var description: String {
    switch self {
    case .server(let error): error.description
    case .connectionFailed(let reason): "no connection to PostgreSQL: \(reason)"
    case .connectionLost(let reason): "connection to PostgreSQL lost: \(reason)"
    case .commitUnknown(let reason): "connection lost during COMMIT, outcome unknown: \(reason)"
    case .queueFull(let limit): "\(limit) database jobs are waiting already"
    case .queueDeadline(let waited): "no database connection became free within \(waited)"
    case .shutDown: "the database is shut down"
    case .encoding(let failure): "cannot bind \(failure)"
    case .decoding(let failure): "cannot read \(failure)"
    case .unexpectedRowCount(let expected, let actual, let statement):
      "\(actual) rows instead of \(expected), in: \(statement.prefix(500))"
    case .misuse(let rule): rule
    }
  }

  /// The same as `description`.
  public var debugDescription: String { description }
}
