import CLibPQ

/// Owns one `PGresult`. Not Sendable: it stays with the thread that holds the connection.
final class ResultHandle {
  let result: OpaquePointer

  init(_ result: OpaquePointer) {
    self.result = result
  }

  deinit {
    PQclear(result)
  }

  var status: ExecStatusType { PQresultStatus(result) }

  /// The command tag, such as `UPDATE 1` or `COMMIT`.
  var commandTag: String { String(cString: PQcmdStatus(result)) }

  /// The error in this result, which came from `statement`.
  func serverError(statement: String, index: Int?) -> ServerError {
    ServerError(
      sqlState: SQLState(rawValue: field(clibpq_diag_sqlstate) ?? ""),
      severity: field(clibpq_diag_severity) ?? "ERROR",
      message: field(clibpq_diag_message) ?? String(cString: PQresultErrorMessage(result)),
      detail: field(clibpq_diag_detail),
      hint: field(clibpq_diag_hint),
      constraint: field(clibpq_diag_constraint),
      schema: field(clibpq_diag_schema),
      table: field(clibpq_diag_table),
      column: field(clibpq_diag_column),
      position: field(clibpq_diag_position).flatMap { Int($0) },
      statement: statement,
      index: index)
  }

  private func field(_ code: Int32) -> String? {
    PQresultErrorField(result, code).map { String(cString: $0) }
  }
}
