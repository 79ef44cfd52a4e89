import Crypto
import HTTPTypes
import JWTKit
import Logging
import Synchronization
import Testing

@testable import HTTPAPI

@Suite struct AuthenticatorTests {
  private static let now: Int64 = 1_800_000_000_000_000
  private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func header(_ token: String) -> HTTPFields { [.authorization: "Bearer \(token)"] }

  @Test func readsAllClaims() async throws {
    let issuer = TestIssuer(key: P256.Signing.PrivateKey())
    let authenticator = Authenticator(issuers: [issuer.issuer], clock: { Self.now }, logger: Self.quiet)
    var claims = TestIssuer.Claims(subject: "s-1")
    claims.name = "Åke Ärlig"
    claims.email = "ake@example.org"
    claims.hetu = "010594Y9032"
    claims.nonDisclosure = true
    let token = try await authenticator.identity(of: header(issuer.sign(claims, now: Self.now)))
    #expect(token.issuer == TestIssuer.url && token.subject == "s-1")
    #expect(token.name == "Åke Ärlig" && token.email == "ake@example.org" && token.hetu == "010594Y9032")
    #expect(token.nonDisclosure && token.vouchesForStaff && token.vouchesForCustomer)
    #expect(token.expiresAt == Self.now + TestIssuer.lifetime && token.authTime == Self.now)
  }

  @Test func customersNeedAssuranceAndTime() async throws {
    let issuer = TestIssuer(key: P256.Signing.PrivateKey())
    var strict = issuer.issuer
    strict.vouchesForStaff = false
    let authenticator = Authenticator(issuers: [strict], clock: { Self.now }, logger: Self.quiet)
    var claims = TestIssuer.Claims(subject: "s")
    claims.acr = "urn:weak"
    let weak = try await authenticator.identity(of: header(issuer.sign(claims, now: Self.now)))
    #expect(weak.customerStanding == .assuranceTooLow(accepted: [TestIssuer.assurance]))
    #expect(!weak.vouchesForStaff && !weak.vouchesForCustomer)
    #expect(weak.customerStanding.problem()?.headers[.wwwAuthenticate]?.contains("acr_values") == true)

    let untimed = try issuer.sign(ForgedTokenTests.payload([("acr", "\"\(TestIssuer.assurance)\"")]))
    #expect(try await authenticator.identity(of: header(untimed)).customerStanding == .authenticationTimeMissing)
  }

  @Test func theClockMayMoveOn() async throws {
    let issuer = TestIssuer(key: P256.Signing.PrivateKey())
    let clock = Mutex(Self.now)
    let authenticator = Authenticator(issuers: [issuer.issuer], clock: { clock.withLock { $0 } }, logger: Self.quiet)
    let token = try issuer.sign(TestIssuer.Claims(subject: "s"), now: Self.now)
    _ = try await authenticator.identity(of: header(token))
    clock.withLock { $0 += TestIssuer.lifetime + 30_000_000 }
    await #expect(throws: AuthenticationError.expired) { try await authenticator.identity(of: self.header(token)) }
  }

  /// Keys of each kind an issuer may use, made by JWTKit and published beside keys that must not disturb.
  @Test(arguments: SigningAlgorithm.allCases)
  func verifiesEachAlgorithm(_ algorithm: SigningAlgorithm) async throws {
    let key = try await ForeignKey.make(algorithm)
    let issuer = Issuer(
      url: TestIssuer.url, audience: TestIssuer.audience, keys: .text(key.jwks), algorithms: [algorithm])
    let authenticator = Authenticator(issuers: [issuer], clock: { Self.now }, logger: Self.quiet)
    let token = try key.sign(ForgedTokenTests.payload())
    #expect(try await authenticator.identity(of: header(token)).subject == "s")
  }

  @Test func aCachedTokenGoesWithItsKey() async throws {
    let (old, new) = (TestIssuer(key: P256.Signing.PrivateKey()), TestIssuer(key: P256.Signing.PrivateKey()))
    let current = Mutex(old)
    let authenticator = Authenticator(
      issuers: [old.issuer], clock: { Self.now }, fetch: { _ in FetchedKeys(current.withLock { $0 }.jwks.utf8) },
      logger: Self.quiet)
    let token = try old.sign(TestIssuer.Claims(subject: "s"), now: Self.now)
    _ = try await authenticator.identity(of: header(token))
    current.withLock { $0 = new }
    await authenticator.loadKeys()
    await #expect(throws: AuthenticationError.unknownKey) { try await authenticator.identity(of: self.header(token)) }
  }

  @Test func anIssuerThatIsAwayStopsOnlyItself() async throws {
    struct Away: Error {}
    let here = TestIssuer(key: P256.Signing.PrivateKey())
    let away = Issuer(url: "https://away", audience: TestIssuer.audience, keys: .url("https://away/jwks"))
    let authenticator = Authenticator(
      issuers: [here.issuer, away], clock: { Self.now },
      fetch: { issuer in
        guard case .text(let text) = issuer.keys else { throw Away() }
        return FetchedKeys(text.utf8)
      }, logger: Self.quiet)
    await authenticator.loadKeys()
    _ = try await authenticator.identity(of: header(here.sign(TestIssuer.Claims(subject: "s"), now: Self.now)))
    let token = try here.sign(ForgedTokenTests.payload([("iss", "\"https://away\"")]))
    await #expect(throws: AuthenticationError.keysUnavailable) {
      try await authenticator.identity(of: self.header(token))
    }
  }

  @Test(arguments: [
    "http://example.org/jwks", "file:///etc/passwd", "http://localhost.example.org/", "http://localhost:1@example.org/",
    "https://user@example.org/", "https://example.org/#x", "https:///jwks", "ftp://localhost/", "", "jwks",
  ])
  func keysAreNotFetchedFromJustAnywhere(_ address: String) async {
    #expect(throws: KeySetError.insecureAddress) { try IssuerAddress(address) }
    let issuer = Issuer(url: "https://issuer.example", audience: "a", keys: .url(address))
    await #expect(throws: KeySetError.insecureAddress) { try await KeyFetchers.standard(issuer) }
    #expect(throws: KeySetError.insecureAddress) { try issuer.check() }
  }

  @Test(arguments: [
    ("https://a.example", "https://a.example/.well-known/openid-configuration"),
    ("https://a.example/", "https://a.example/.well-known/openid-configuration"),
    ("https://a.example/realms/x", "https://a.example/realms/x/.well-known/openid-configuration"),
    ("http://[::1]:8080", "http://[::1]:8080/.well-known/openid-configuration"),
  ])
  func metadataHaveTheirPlace(_ issuer: String, _ address: String) throws {
    #expect(try IssuerAddress(issuer).discovery.text == address)
  }

  @Test func anAuthorityFileMustHaveOne() throws {
    var issuer = Issuer(url: "https://issuer.example", audience: "a", keys: .discovery)
    try issuer.check()
    for path in ["/dev/null", "/nonexistent.pem"] {
      issuer.authorityFile = path
      #expect(throws: (any Error).self) { try issuer.check() }
    }
  }
}
