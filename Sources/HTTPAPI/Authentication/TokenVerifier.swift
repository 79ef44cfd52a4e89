import Guidance
import JWTKit

/// Decides whether a token is valid at an instant: signature first, then what it says.
struct TokenVerifier: Sendable {
  /// How far the clocks of issuer and service may be apart.
  static let leeway: Int64 = 30_000_000

  private let issuers: [ExactText: IssuerKeys]

  init(_ issuers: [IssuerKeys]) {
    self.issuers = Dictionary(uniqueKeysWithValues: issuers.map { (ExactText($0.issuer.url), $0) })
  }

  /// The generation of the keys that an issuer has now.
  func generation(of issuer: String) -> Int? {
    issuers[ExactText(issuer)]?.generation
  }

  /// Finds the key that a token is to be checked with: everything that can be said without computing.
  func screen(_ text: some StringProtocol) async throws(AuthenticationError) -> ScreenedToken {
    let token = try UnverifiedToken(text)
    guard case .string(let url) = token.claims["iss"], let keys = issuers[ExactText(url)] else { throw .unknownIssuer }
    guard let algorithm = SigningAlgorithm(rawValue: token.algorithm), keys.issuer.algorithms.contains(algorithm) else {
      throw .algorithm
    }
    guard let type = token.type, keys.issuer.types.contains(type) else { throw .type }
    let key = try await keys.verifier(keyID: token.keyID, algorithm: algorithm)
    return ScreenedToken(token: token, algorithm: algorithm, keys: keys, key: key)
  }

  /// Verifies a token at `now` (µs since 1970).
  ///
  /// - Returns: what it says, and the generation of the keys it was verified with.
  func verify(
    _ screened: ScreenedToken, at now: Int64
  ) async throws(AuthenticationError) -> (token: VerifiedToken, generation: Int) {
    let generation = try await Self.checkSignature(of: screened)
    let reader = ClaimReader(claims: screened.token.claims)
    return (try Self.judge(reader, issuer: screened.keys.issuer, at: now), generation)
  }

  /// A wrong signature may be a right one of a new key under an old name: then the issuer is asked once more.
  ///
  /// - Returns: the generation of the keys.
  private static func checkSignature(of screened: ScreenedToken) async throws(AuthenticationError) -> Int {
    let (token, keys, first) = (screened.token, screened.keys, screened.key)
    if isSigned(token, by: first.key) { return first.generation }
    await keys.loadOnDemand()
    let second = try await keys.verifier(keyID: token.keyID, algorithm: screened.algorithm)
    guard second.generation != first.generation else { throw keys.outage == nil ? .signature : .keysUnavailable }
    guard isSigned(token, by: second.key) else { throw .signature }
    return second.generation
  }

  /// A signature of impossible form makes some algorithms throw; it is as wrong as any other.
  private static func isSigned(_ token: UnverifiedToken, by key: any JWTAlgorithm) -> Bool {
    (try? key.verify(token.signature, signs: token.signedBytes)) == true
  }

  private static func judge(
    _ reader: ClaimReader, issuer: Issuer, at now: Int64
  ) throws(AuthenticationError) -> VerifiedToken {
    guard reader.isMeant(for: issuer.audience) else { throw .audience }
    guard issuer.accepts(client: reader.text("azp") ?? reader.text("client_id")) else { throw .client }
    guard let subject = reader.text("sub"), let expiresAt = try reader.time("exp") else { throw .malformed }
    let authTime = try reader.time("auth_time")
    guard now < expiresAt + leeway else { throw .expired }
    for start in [try reader.time("nbf"), try reader.time("iat"), authTime] {
      if let start, start > now + leeway { throw .notYetValid }
    }
    let acr = reader.text("acr")
    return VerifiedToken(
      issuer: issuer.url, subject: subject, expiresAt: expiresAt, authTime: authTime, acr: acr,
      name: reader.attribute(issuer.claims.name), email: reader.attribute(issuer.claims.email),
      hetu: reader.attribute(issuer.claims.hetu), nonDisclosure: reader.flag(issuer.claims.nonDisclosure),
      vouchesForStaff: issuer.vouchesForStaff,
      customerStanding: standing(issuer: issuer, acr: acr, authTime: authTime))
  }

  private static func standing(issuer: Issuer, acr: String?, authTime: Int64?) -> CustomerStanding {
    guard issuer.vouchesForCustomers else { return .issuerNotForCustomers }
    guard let acr, issuer.customerAssurance.contains(where: { $0.utf8.elementsEqual(acr.utf8) }) else {
      return .assuranceTooLow(accepted: issuer.customerAssurance.sorted())
    }
    return authTime == nil ? .authenticationTimeMissing : .accepted
  }
}

extension Issuer {
  fileprivate func accepts(client: String?) -> Bool {
    guard !clients.isEmpty else { return true }
    return client.map { name in clients.contains { $0.utf8.elementsEqual(name.utf8) } } ?? false
  }
}
