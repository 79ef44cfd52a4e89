import CLibPQ
import Logging

/// One connection to PostgreSQL, in binary format and pipeline mode, with its prepared statements.
///
/// Not Sendable: it belongs to the thread that made it and blocks it. ``Database`` gives the asynchronous interface;
/// administration and tests may use ``run(_:_:)``.
public final class Connection {
  let handle: OpaquePointer
  let logger: Logger
  let answerTimeout: Duration?
  private let notices: NoticeSink
  var statements: StatementCache
  /// Commands sent along without waiting for them, each with its own Sync; answered before anything else.
  var unanswered: [[PipelineStep]] = []
  /// Set where the protocol's state is lost, though libpq may not know it.
  var isBroken = false
  /// Set where the server gave no sign of life for too long.
  var isSilent = false
  /// Scratch space for libpq's parallel arrays.
  var scratch = ParameterArrays()
  /// How many times this connection waited for the server: one a pipeline.
  public internal(set) var roundTrips = 0

  /// Connects, and applies the configuration's settings.
  /// - Throws: ``PostgresError/connectionFailed(_:)``; ``PostgresError/server(_:)`` for a setting that is refused.
  public init(_ configuration: ConnectionConfiguration) throws {
    logger = configuration.logger
    answerTimeout = configuration.answerTimeout
    statements = StatementCache(capacity: configuration.preparedStatements)
    notices = NoticeSink(logger: logger)
    handle = try ConnectionStart.open(configuration)
    notices.attach(to: handle)
    // From here on deinit runs should anything throw.
    guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
      throw PostgresError.connectionFailed(lastMessage)
    }
    try apply(configuration.settings)
  }

  deinit {
    PQfinish(handle)
  }

  /// Whether the connection has not been found dead.
  public var isUsable: Bool { !isBroken && PQstatus(handle) == CONNECTION_OK }

  /// Sends all statements at once and waits for all answers: one round trip, one implicit transaction (unless a
  /// transaction is open, or BEGIN is among them).
  /// - Returns: the results, one a statement.
  /// - Throws: the first statement's error with its index; everything in the pipeline is undone and the connection
  ///   stays usable. ``PostgresError/connectionLost(_:)``, and then it is not known what the pipeline did.
  public func pipeline(_ queries: [Query]) throws -> [Rows] {
    do {
      return try attempt(queries)
    } catch let loss as ConnectionLoss {
      throw PostgresError.connectionLost(loss.reason)
    } catch let stale as StaleStatement {
      throw PostgresError.server(stale.error)
    }
  }

  /// Runs one closure with a connection of its own on a thread of its own, which ends with it.
  public static func run<Result: Sendable>(
    _ configuration: ConnectionConfiguration, _ body: @escaping @Sendable (Connection) throws -> Result
  ) async throws -> Result {
    try await DedicatedThread.run(name: "pg-once") { try body(Connection(configuration)) }
  }

  private func apply(_ settings: [String: String]) throws {
    guard !settings.isEmpty else { return }
    let sorted = settings.sorted { $0.key < $1.key }
    _ = try pipeline([
      """
      SELECT set_config(name, value, false)
      FROM unnest(\(sorted.map(\.key)), \(sorted.map(\.value))) AS setting (name, value)
      """
    ])
  }
}

extension Connection {
  var lastMessage: String { ConnectionStart.message(handle) }

  /// Where the session stands between transactions.
  var transactionState: TransactionState {
    switch PQtransactionStatus(handle) {
    case PQTRANS_IDLE: .idle
    case PQTRANS_INTRANS: .open
    case PQTRANS_INERROR: .failed
    case PQTRANS_ACTIVE: .busy
    default: .lost
    }
  }
}

/// libpq's view of a session's transaction.
enum TransactionState {
  case idle, open, failed, busy, lost
}
