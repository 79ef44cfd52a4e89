import Crypto
import HTTPTypes
import Testing

@testable import HTTPAPI

/// What an issuer's configuration narrows: types of tokens, clients, and names compared byte for byte.
@Suite struct TokenPolicyTests {
  private func outcome(
    _ token: String, _ change: (inout Issuer) -> Void
  ) async -> Result<VerifiedToken, AuthenticationError> {
    var issuer = ForgedTokenTests.issuer.issuer
    change(&issuer)
    let authenticator = Authenticator(issuers: [issuer], clock: { ForgedTokenTests.now }, logger: TestAPI.quiet)
    do throws(AuthenticationError) {
      return .success(try await authenticator.identity(of: ForgedTokenTests.header(token)))
    } catch {
      return .failure(error)
    }
  }

  @Test(
    arguments: [
      ("at+jwt", TokenType.accessToken, nil), ("JWT", .plain, nil), ("JWT", .accessToken, AuthenticationError.type),
      ("at+jwt", .plain, .type),
    ] as [(String, TokenType, AuthenticationError?)])
  func onlyTheTypesThatCount(_ type: String, _ accepted: TokenType, _ error: AuthenticationError?) async {
    let outcome = await outcome(ForgedTokenTests.typed(type)) { $0.types = [accepted] }
    #expect(outcome.failure == error)
  }

  @Test func aTokenWithoutATypeIsNoAccessToken() async {
    let token = ForgedTokenTests.compactSigned(#"{"alg":"ES256"}"#)
    #expect(await outcome(token) { $0.types = [.accessToken] }.failure == .type)
    #expect(await outcome(token) { $0.types = [.plain] }.failure == nil)
  }

  @Test(
    arguments: [
      (#""azp":"portal""#, nil), (#""client_id":"portal""#, nil), (#""azp":"other","client_id":"portal""#, .client),
      (#""azp":"other""#, .client), (#""azp":["portal"]"#, .client), (#""azp":"Portal""#, .client),
      (#""x":1"#, .client),
    ] as [(String, AuthenticationError?)])
  func onlyTheClientsThatCount(_ member: String, _ error: AuthenticationError?) async {
    let token = ForgedTokenTests.changed(("nbf", "1,\(member)"))
    #expect(await outcome(token) { $0.clients = ["portal"] }.failure == error)
    #expect(await outcome(token) { _ in }.failure == nil)
  }

  /// Swift takes canonically equivalent texts for equal; an issuer, its levels and its clients are bytes.
  @Test func namesAreComparedAsBytes() async throws {
    let (composed, decomposed) = ("https://\u{E4}.example", "https://a\u{308}.example")
    #expect(composed == decomposed)
    for (name, error) in [(composed, nil), (decomposed, .unknownIssuer)] as [(String, AuthenticationError?)] {
      let token = ForgedTokenTests.changed(("iss", "\"\(name)\""))
      #expect(await outcome(token) { $0.url = composed }.failure == error)
    }
    let acr = ForgedTokenTests.changed(("acr", "\"\(decomposed)\""), ("auth_time", "1"))
    let strong = await outcome(acr) { $0.customerAssurance = [decomposed] }
    let weak = await outcome(acr) { $0.customerAssurance = [composed] }
    #expect(try strong.get().customerStanding == .accepted)
    #expect(try weak.get().customerStanding != .accepted)
    let client = ForgedTokenTests.changed(("azp", "\"\(decomposed)\""))
    #expect(await outcome(client) { $0.clients = [composed] }.failure == .client)
  }
}

extension Result where Failure == AuthenticationError {
  fileprivate var failure: AuthenticationError? {
    if case .failure(let error) = self { error } else { nil }
  }
}
