import HTTPTypes

/// Why a request has no identity. Said in general words: enough for an integrator, nothing for a forger.
public enum AuthenticationError: Error, Equatable, CaseIterable {
  case missing, malformed, tooLong, unknownIssuer, algorithm, type, unknownKey, signature, audience, client,
    expired, notYetValid
  /// The issuer's keys could not be had; nothing is known about the token.
  case keysUnavailable

  /// Whether a signature was checked for a token that is no good. What is refused at sight costs nothing; tokens
  /// expire, and keys may be away: that is nobody's fault.
  var isFault: Bool {
    switch self {
    case .signature, .audience, .client, .notYetValid: true
    case .missing, .malformed, .tooLong, .unknownIssuer, .algorithm, .type, .unknownKey, .expired, .keysUnavailable:
      false
    }
  }
}

extension AuthenticationError: ProblemConvertible {
  /// 401 with a challenge, or 503 while the issuer is away.
  public func problem() -> Problem {
    switch self {
    case .keysUnavailable: return .unavailable("The token's issuer cannot be reached.", retryAfterSeconds: 30)
    case .missing:
      return Problem("unauthenticated", .unauthorized, "Authentication required", detail: explanation)
        .with(.wwwAuthenticate, "Bearer")
    default:
      return Problem("invalid-token", .unauthorized, "Invalid token", detail: explanation)
        .with("reason", .string(String(describing: self)))
        .with(.wwwAuthenticate, #"Bearer error="invalid_token", error_description="\#(explanation)""#)
    }
  }

  private var explanation: String {
    switch self {
    case .missing: "Send a token: Authorization: Bearer."
    case .malformed: "The token is malformed."
    case .tooLong: "The token is too long."
    case .unknownIssuer: "The token is from an issuer that is not accepted."
    case .algorithm: "The token is signed with an algorithm that is not accepted."
    case .type: "The token is of a type that is not accepted."
    case .unknownKey: "The token is signed with a key that its issuer does not publish."
    case .signature: "The token's signature is wrong."
    case .audience: "The token is meant for another service."
    case .client: "The token was issued to a client that is not accepted."
    case .expired: "The token has expired."
    case .notYetValid: "The token is not valid yet."
    case .keysUnavailable: "The keys of the token's issuer are not available."
    }
  }
}
