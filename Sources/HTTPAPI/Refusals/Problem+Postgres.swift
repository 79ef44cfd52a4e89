import HTTPTypes
import Logging
import Postgres

extension Problem {
  /// What a client can do something about: it may come again. Nothing for any other error of the database, which is a
  /// defect and belongs into the log.
  init?(_ error: PostgresError) {
    switch error {
    case .connectionFailed, .connectionLost, .shutDown: self = .unavailable("The database cannot be reached.")
    case .queueFull, .queueDeadline: self = .unavailable("The service is busy.", retryAfterSeconds: 2)
    case .commitUnknown: self = .outcomeUnknown
    case .server(let error) where SQLState.passing.contains(error.sqlState):
      self = .unavailable("The database was busy; nothing has been changed.", retryAfterSeconds: 2)
    case .server(let error) where error.sqlState == .diskFull: self = .insufficientStorage
    case .server(let error) where error.sqlState.tellsOfNoRoom:
      self = .unavailable("The database has no room for this now; nothing has been changed.", retryAfterSeconds: 30)
    case .server, .encoding, .decoding, .unexpectedRowCount, .misuse: return nil
    }
  }

  /// The database's disk is full; somebody has to make room.
  static let insufficientStorage = Problem(
    "insufficient-storage", .init(code: 507, reasonPhrase: "Insufficient Storage"), "No room left",
    detail: "The database's disk is full: somebody has to make room."
  ).with(.retryAfter, "300")

  /// The connection was lost while the change was being made durable.
  static let outcomeUnknown = Problem(
    "outcome-unknown", .serviceUnavailable, "Outcome unknown",
    detail: """
      Contact was lost while the change was being written: it may have happened or not. A repeat with the same \
      Idempotency-Key is safe; without one, look before you repeat.
      """
  ).with(.retryAfter, "5")
}

extension SQLState {
  /// What goes away by itself: timeouts, shutdown, start-up, conflicts between transactions.
  fileprivate static let passing: Set<SQLState> = [
    .queryCanceled, .adminShutdown, .cannotConnectNow, .lockNotAvailable, .serializationFailure, .deadlockDetected,
  ]

  /// Class 53, insufficient resources: disk, memory, connections. It passes when somebody makes room.
  fileprivate var tellsOfNoRoom: Bool { classCode == "53" }
}

extension PostgresError {
  /// How loudly the log tells what a client is asked to repeat: where somebody has to make room, as an error.
  var logLevel: Logger.Level {
    sqlState?.tellsOfNoRoom == true ? .error : .warning
  }
}
