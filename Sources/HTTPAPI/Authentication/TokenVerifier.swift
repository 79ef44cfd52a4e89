import JWTKit

/// Decides whether a token is valid at an instant: signature first, then what it says.
struct TokenVerifier: Sendable {
  /// How far the clocks of issuer and service may be apart.
  static let leeway: Int64 = 30_000_000

  let issuers: [String: IssuerKeys]

  /// Verifies a token at `now` (µs since 1970).
  func verify(_ text: some StringProtocol, at now: Int64) async throws(AuthenticationError) -> VerifiedToken {
    let token = try UnverifiedToken(text)
    guard case .string(let url) = token.claims["iss"], let keys = issuers[url] else { throw .unknownIssuer }
    guard let algorithm = SigningAlgorithm(rawValue: token.algorithm), keys.issuer.algorithms.contains(algorithm) else {
      throw .algorithm
    }
    let verifier = try await keys.verifier(keyID: token.keyID, algorithm: algorithm)
    // A signature of impossible form makes some algorithms throw; it is as wrong as any other.
    guard (try? verifier.verify(token.signature, signs: token.signedBytes)) == true else { throw .signature }
    return try Self.judge(ClaimReader(claims: token.claims), issuer: keys.issuer, at: now)
  }

  private static func judge(
    _ reader: ClaimReader, issuer: Issuer, at now: Int64
  ) throws(AuthenticationError) -> VerifiedToken {
    guard reader.isMeant(for: issuer.audience) else { throw .audience }
    guard let subject = reader.text(["sub"]), let expiresAt = try reader.time("exp") else { throw .malformed }
    let authTime = try reader.time("auth_time")
    guard now < expiresAt + leeway else { throw .expired }
    for start in [try reader.time("nbf"), try reader.time("iat"), authTime] {
      if let start, start > now + leeway { throw .notYetValid }
    }
    let acr = reader.text(["acr"])
    return VerifiedToken(
      issuer: issuer.url, subject: subject, expiresAt: expiresAt, authTime: authTime, acr: acr,
      name: reader.text(issuer.claims.name), email: reader.text(issuer.claims.email),
      hetu: reader.text(issuer.claims.hetu), nonDisclosure: reader.flag(issuer.claims.nonDisclosure),
      vouchesForStaff: issuer.vouchesForStaff,
      customerStanding: standing(issuer: issuer, acr: acr, authTime: authTime))
  }

  private static func standing(issuer: Issuer, acr: String?, authTime: Int64?) -> CustomerStanding {
    guard issuer.vouchesForCustomers else { return .issuerNotForCustomers }
    guard let acr, issuer.customerAssurance.contains(acr) else {
      return .assuranceTooLow(accepted: issuer.customerAssurance.sorted())
    }
    return authTime == nil ? .authenticationTimeMissing : .accepted
  }
}
