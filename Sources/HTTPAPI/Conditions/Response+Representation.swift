import HTTPTypes
import Hummingbird

extension Response {
  /// Answers GET or HEAD with bytes, a range of them, or why not, as the request's conditions ask.
  ///
  /// - Parameters:
  ///   - headers: what describes the bytes.
  ///   - send: sends a range of the bytes.
  /// - Throws: the problem for 412 and 416.
  static func representation(
    _ representation: Representation, headers: HTTPFields, of request: Request, _ context: APIRequestContext,
    send: @escaping @Sendable (Range<UInt64>, inout StreamWriter) async throws -> Void
  ) throws(Problem) -> Response {
    let validators = representation.validators
    switch representation.selection(for: request.method, request.headers) {
    case .whole:
      return .part(0..<representation.length, .ok, headers.merging(validators), context, send)
    case .part(let range):
      var headers = headers.merging(validators)
      headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(representation.length)"
      return .part(range, .partialContent, headers, context, send)
    case .notModified:
      return Response(status: .notModified, headers: validators.merging([.cacheControl: "private, no-store"]))
    case .preconditionFailed: throw .changedMeanwhile.with(.eTag, representation.entityTag.field)
    case .unsatisfiable: throw .rangeNotSatisfiable(length: representation.length)
    }
  }

  private static func part(
    _ range: Range<UInt64>, _ status: HTTPResponse.Status, _ headers: HTTPFields, _ context: APIRequestContext,
    _ send: @escaping @Sendable (Range<UInt64>, inout StreamWriter) async throws -> Void
  ) -> Response {
    .stream(status, headers: headers, length: Int(range.upperBound - range.lowerBound), context) { writer in
      try await send(range, &writer)
    }
  }
}

extension Representation {
  /// What a client keeps to ask again by.
  fileprivate var validators: HTTPFields {
    var fields: HTTPFields = [.eTag: entityTag.field, .acceptRanges: "bytes"]
    fields[.lastModified] = lastModified?.field
    return fields
  }
}

extension HTTPFields {
  fileprivate func merging(_ others: HTTPFields) -> HTTPFields {
    var fields = self
    for field in others { fields[field.name] = field.value }
    return fields
  }
}

extension Problem {
  /// The bytes are others than the client's condition names.
  fileprivate static let changedMeanwhile = Problem(
    "precondition-failed", .preconditionFailed, "Changed since it was read",
    detail: "What is here now is not what If-Match or If-Unmodified-Since name. Download it from the beginning.")

  /// No byte of the range is there.
  fileprivate static func rangeNotSatisfiable(length: UInt64) -> Problem {
    Problem(
      "range-not-satisfiable", .rangeNotSatisfiable, "Range not satisfiable",
      detail: "There are \(length) bytes, and the range begins behind them."
    )
    .with("length", .int(Int(length))).with(.contentRange, "bytes */\(length)").with(.acceptRanges, "bytes")
  }
}
