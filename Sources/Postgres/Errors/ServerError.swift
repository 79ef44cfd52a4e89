/// A statement's error as PostgreSQL reported it.
///
/// `description` may be logged: it leaves out `detail`, `hint` and, for data exceptions (class 22), the message, because
/// those quote values.
public struct ServerError: Error, Hashable, Sendable {
  /// The code to match on.
  public let sqlState: SQLState
  /// ERROR, FATAL or PANIC, never translated.
  public let severity: String
  /// The primary message. May quote data where ``description`` leaves it out.
  public let message: String
  /// The detail; often quotes data ("Key (email)=(…) already exists"). Not for logs.
  public let detail: String?
  /// The hint; may quote data in the project's own functions. Not for logs.
  public let hint: String?
  /// The constraint that was violated.
  public let constraint: String?
  /// The schema of the table concerned.
  public let schema: String?
  /// The table concerned.
  public let table: String?
  /// The column concerned.
  public let column: String?
  /// Where in `statement` the error is, in characters from 1.
  public let position: Int?
  /// The SQL, with placeholders and without values.
  public var statement: String
  /// The statement's index among those handed to the pipeline; `nil` for one that was sent along (BEGIN, preamble,
  /// queued statements, COMMIT).
  public var index: Int?
}

extension ServerError: CustomStringConvertible, CustomDebugStringConvertible {
  /// Code, message, constraint, table, column and statement: no bound data.
  public var description: String {
    var text = "\(severity) \(sqlState)"
    if sqlState.classCode != "22" { text += ": \(message)" }
    if let constraint { text += ", constraint \(constraint)" }
    if let table { text += ", table \(table)" }
    if let column { text += ", column \(column)" }
    if !statement.isEmpty { text += ", in: \(statement.prefix(500))" }
    return text
  }

  /// The same as `description`.
  public var debugDescription: String { description }
}
