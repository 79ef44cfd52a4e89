/// One command of a pipeline whose answer is awaited.
enum PipelineStep {
  /// The preparation of a statement that the query with this index needs.
  case prepare(StatementCache.Statement, query: Int)
  /// The execution of the query with this index; `cached` when its statement was prepared in an earlier round trip.
  case execute(query: Int, cached: Bool)
  /// A command outside the statement cache.
  case other
}

/// A prepared statement no longer fits the schema (0A000, 26000): preparing it anew will help.
struct StaleStatement: Error {
  let error: ServerError
}

/// The connection ended under a pipeline.
struct ConnectionLoss: Error {
  let reason: String
  /// The query in whose place the server said that it ends the connection: neither it nor a later one was completed.
  /// `nil` when the server said nothing.
  let reportedAt: Int?
  /// Whether the server just kept silent: it may still be carrying out what it was sent, so nothing is sent again.
  var isSilence = false
}
