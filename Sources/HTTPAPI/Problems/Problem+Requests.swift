public import HTTPTypes

/// Problems of requests as such, before any use case is asked.
extension Problem {
  /// Nothing is here, or nothing the caller may know of.
  public static let notFound = Problem(
    "not-found", .notFound, "Not found", detail: "Nothing that you have access to is at this address.")

  /// The path exists, the method does not.
  public static func methodNotAllowed(_ allowed: [HTTPRequest.Method]) -> Problem {
    let allow = allowed.map(\.rawValue).sorted()
    return Problem("method-not-allowed", .methodNotAllowed, "Method not allowed")
      .with("allow", .strings(allow)).with(.allow, allow.joined(separator: ", "))
  }

  /// A query parameter that the endpoint does not know, or a parameter's value that breaks its rule.
  ///
  /// The name is repeated where it looks like one of ours.
  public static func invalidParameter(_ name: String, _ rule: String) -> Problem {
    let problem = Problem("invalid-parameter", .badRequest, "Invalid parameter", detail: rule)
    return EchoedName.safe(name).map { problem.with("field", .string($0)) } ?? problem
  }

  /// A request header that breaks a rule.
  public static func invalidHeader(_ name: HTTPField.Name, _ rule: String) -> Problem {
    Problem("invalid-header", .badRequest, "Invalid header field", detail: rule)
      .with("field", .string(name.rawName))
  }

  /// A body that is longer than the endpoint takes.
  public static func bodyTooLarge(limit: Int) -> Problem {
    Problem("body-too-large", .contentTooLarge, "Body too large", detail: "At most \(limit) bytes are taken here.")
      .with("limit", .int(limit))
  }

  /// A path and query that is longer than any the service has.
  public static func targetTooLong(limit: Int) -> Problem {
    Problem("target-too-long", .uriTooLong, "Address too long", detail: "At most \(limit) bytes are taken.")
  }

  /// A body of another media type than the endpoint reads.
  public static func unsupportedMediaType(expected: String) -> Problem {
    Problem(
      "unsupported-media-type", .unsupportedMediaType, "Unsupported media type",
      detail: "Send \(expected) in UTF-8."
    )
    .with(.accept, expected)
  }

  /// A compressed body: it would be taken for something else than it is (RFC 9110 §15.5.16).
  public static let encodedBody = Problem(
    "unsupported-media-type", .unsupportedMediaType, "Unsupported media type", detail: "Send the body without encoding."
  )
  .with(.acceptEncoding, "identity")

  /// A body that ended before its announced end.
  public static let bodyCutOff = Problem(
    "body-cut-off", .badRequest, "Body cut off", detail: "The body ended, or could not be read on, before its end.")

  /// More requests than the caller is granted.
  public static func tooManyRequests(retryAfterSeconds: Int) -> Problem {
    Problem("too-many-requests", .tooManyRequests, "Too many requests")
      .with(.retryAfter, String(retryAfterSeconds))
  }

  /// Something the service depends on is away; the request may be repeated.
  public static func unavailable(_ detail: String? = nil, retryAfterSeconds: Int = 5) -> Problem {
    Problem("unavailable", .serviceUnavailable, "Temporarily unavailable", detail: detail)
      .with(.retryAfter, String(retryAfterSeconds))
  }

  /// What an operator had to give up: it is no failure that passes.
  public static let contentLost = Problem(
    "content-lost", .gone, "Content is lost",
    detail:
      "The key that this is sealed with is lost, and nobody can open it any more. It stays as it is until its time "
      + "is over, and is then erased.")

  /// An error nobody foresaw. What it was is in the log, under the request id.
  public static let internalError = Problem(
    "internal", .internalServerError, "Internal error", detail: "The error has been logged under this request's id.")
}
