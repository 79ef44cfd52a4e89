import HTTPTypes

/// Whether a token is good enough for a customer.
public enum CustomerStanding: Sendable, Equatable {
  case accepted
  /// The issuer vouches for no customers.
  case issuerNotForCustomers
  /// `acr` is missing or not among the issuer's accepted values, which are given.
  case assuranceTooLow(accepted: [String])
  /// `auth_time` is missing.
  case authenticationTimeMissing

  /// The refusal of a customer's request made with such a token (RFC 9470: the client can step up and try again).
  public func problem() -> Problem? {
    let challenge = #"Bearer error="insufficient_user_authentication""#
    return switch self {
    case .accepted: nil
    case .issuerNotForCustomers:
      Problem("issuer-not-for-customers", .forbidden, "Issuer does not vouch for customers")
    case .assuranceTooLow(let accepted):
      Problem("assurance-too-low", .unauthorized, "Stronger authentication needed")
        .with("acceptedAcr", .strings(accepted))
        .with(.wwwAuthenticate, challenge + #", acr_values="\#(accepted.joined(separator: " "))""#)
    case .authenticationTimeMissing:
      Problem(
        "authentication-time-missing", .unauthorized, "Time of authentication missing",
        detail: "A customer's token needs auth_time."
      ).with(.wwwAuthenticate, challenge)
    }
  }
}
