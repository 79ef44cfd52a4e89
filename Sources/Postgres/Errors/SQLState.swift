/// PostgreSQL's five-character error code (its manual's appendix A).
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The five characters.
  public let rawValue: String

  /// A code as received.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// A code in source: `"23505"`.
  public init(stringLiteral value: String) {
    rawValue = value
  }

  /// The code.
  public var description: String { rawValue }
  /// The code's first two characters, its class: `"23"` is integrity.
  public var classCode: Substring { rawValue.prefix(2) }
}

extension SQLState {
  /// 25006 (a standby, or a database set to be read only) and 53100 (a full disk): nothing can be written.
  public static let unwritable: Set<SQLState> = ["25006", "53100"]
  /// 0A000, also a prepared statement whose result type changed.
  public static let featureNotSupported: SQLState = "0A000"
  /// 22021, a text with U+0000 or outside the encoding.
  public static let characterNotInRepertoire: SQLState = "22021"
  /// 23503.
  public static let foreignKeyViolation: SQLState = "23503"
  /// 23505.
  public static let uniqueViolation: SQLState = "23505"
  /// 23514.
  public static let checkViolation: SQLState = "23514"
  /// 25006, a write in a read-only transaction.
  public static let readOnlyTransaction: SQLState = "25006"
  /// 26000, a prepared statement that the server does not know.
  public static let invalidStatementName: SQLState = "26000"
  /// 40001.
  public static let serializationFailure: SQLState = "40001"
  /// 40P01.
  public static let deadlockDetected: SQLState = "40P01"
  /// 42501, also a row that a row-level security policy refuses.
  public static let insufficientPrivilege: SQLState = "42501"
  /// 42601.
  public static let syntaxError: SQLState = "42601"
  /// 53100.
  public static let diskFull: SQLState = "53100"
  /// 55P03, lock_timeout or NOWAIT.
  public static let lockNotAvailable: SQLState = "55P03"
  /// 57014, statement_timeout or a cancel request.
  public static let queryCanceled: SQLState = "57014"
  /// 57P01, an administrator ended the connection.
  public static let adminShutdown: SQLState = "57P01"
  /// 57P03, the server is starting or stopping.
  public static let cannotConnectNow: SQLState = "57P03"
  /// P0002.
  public static let noDataFound: SQLState = "P0002"
}
