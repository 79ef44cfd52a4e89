import Crypto
import HTTPTypes
import JWTKit
import Logging
import Testing

@testable import HTTPAPI

/// Every way of being no valid token, against an authenticator that knows one issuer.
@Suite struct ForgedTokenTests {
  static let now: Int64 = 1_800_000_000_000_000
  static let key = P256.Signing.PrivateKey()
  static let issuer = TestIssuer(key: key)
  static let stranger = TestIssuer(key: P256.Signing.PrivateKey())

  static func authenticator() -> Authenticator {
    Authenticator(
      issuers: [issuer.issuer], clock: { now }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  static func header(_ token: String) -> HTTPFields {
    [.authorization: "Bearer \(token)"]
  }

  /// A payload that would be accepted, with changes.
  static func payload(_ changes: [(String, String?)] = []) -> [UInt8] {
    var members = [
      ("iss", "\"\(TestIssuer.url)\""), ("aud", "\"\(TestIssuer.audience)\""), ("sub", "\"s\""),
      ("exp", "\(now / 1_000_000 + 60)"),
    ]
    for (name, value) in changes {
      members.removeAll { $0.0 == name }
      if let value { members.append((name, value)) }
    }
    return Array("{\(members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ","))}".utf8)
  }

  static func compact(_ header: String, _ payload: [UInt8], _ signature: [UInt8] = Array(repeating: 7, count: 64))
    -> String
  {
    [Base64URL.encode(header.utf8), Base64URL.encode(payload), Base64URL.encode(signature)].joined(separator: ".")
  }

  /// The real issuer's key id, as anybody can read it in the JWKS.
  static var keyID: String {
    guard let token = try? UnverifiedToken(issuer.sign(payload())) else { return "" }
    return token.keyID ?? ""
  }

  static func changed(_ changes: (String, String?)...) -> String {
    (try? issuer.sign(payload(changes))) ?? ""
  }

  static let seconds = now / 1_000_000

  @Test(arguments: forgeries)
  func isRefused(_ name: String, _ token: String, _ expected: AuthenticationError) async {
    let authenticator = Self.authenticator()
    await #expect(throws: expected, "\(name)") { try await authenticator.identity(of: Self.header(token)) }
  }

  @Test(arguments: [
    changed(), changed(("aud", #"["x","ohjaustila"]"#)), changed(("exp", "\(seconds - 29)")),
    changed(("nbf", "\(seconds + 29)")), changed(("exp", "\(seconds + 1).5")), typed("at+jwt"), typed("AT+JWT"),
    typed("application/at+jwt"), typed("jwt"), compactSigned(#"{"alg":"ES256"}"#), mirrored(),
    compactSigned(#" {"alg" : "ES256" , "kid":"\#(keyID)" } "#),
  ])
  func theGenuineIsAccepted(_ token: String) async throws {
    #expect(try await Self.authenticator().identity(of: Self.header(token)).subject == "s")
  }

  @Test(
    arguments: [
      ([:], .missing), ([.authorization: ""], .missing), ([.authorization: "Basic eDp5"], .missing),
      ([.authorization: "Bearer"], .malformed), ([.authorization: "Bearer "], .malformed),
      ([.authorization: "Bearer a b"], .malformed), ([.authorization: "Bearer  \(changed())"], .malformed),
      ([.authorization: "Bearer\t\(changed())"], .missing),
      ([.authorization: "Bearer \(changed()), Bearer \(changed())"], .malformed),
      ([.authorization: "bearer=\(changed())"], .missing), ([.authorization: changed()], .missing),
      ([.proxyAuthorization: "Bearer \(changed())"], .missing), ([.cookie: "access_token=\(changed())"], .missing),
    ] as [(HTTPFields, AuthenticationError)])
  func headersWithoutToken(_ headers: HTTPFields, _ expected: AuthenticationError) async {
    await #expect(throws: expected) { try await Self.authenticator().identity(of: headers) }
  }

  @Test(arguments: ["bearer", "BEARER", "bEaReR"])
  func theSchemeIsInAnyCase(_ scheme: String) async throws {
    let headers: HTTPFields = [.authorization: "\(scheme) \(Self.changed())"]
    #expect(try await Self.authenticator().identity(of: headers).subject == "s")
  }

  /// Cut off anywhere, or with any byte changed, a token is none.
  @Test func nothingButTheWholeIsAccepted() async throws {
    let authenticator = Self.authenticator()
    let token = Self.changed()
    for length in 0..<token.utf8.count {
      await #expect(throws: AuthenticationError.self) {
        try await authenticator.identity(of: Self.header(String(token.utf8.prefix(length))!))
      }
    }
    for place in 0..<token.utf8.count {
      var bytes = Array(token.utf8)
      bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      await #expect(throws: AuthenticationError.self) {
        try await authenticator.identity(of: Self.header(String(decoding: bytes, as: UTF8.self)))
      }
    }
    #expect(try await authenticator.identity(of: Self.header(token)).subject == "s")
  }

  @Test func twoTokensAreNone() async {
    var headers = Self.header(Self.changed())
    headers.append(HTTPField(name: .authorization, value: "Bearer \(Self.changed())"))
    await #expect(throws: AuthenticationError.malformed) { try await Self.authenticator().identity(of: headers) }
  }

  @Test(arguments: AuthenticationError.allCases)
  func problemsChallenge(_ error: AuthenticationError) {
    let problem = error.problem()
    if error == .keysUnavailable {
      #expect(problem.status == .serviceUnavailable && problem.headers[.retryAfter] != nil)
    } else {
      #expect(problem.status == .unauthorized)
      let challenge = problem.headers[.wwwAuthenticate] ?? ""
      #expect(challenge.hasPrefix("Bearer") && challenge.contains("invalid_token") == (error != .missing))
    }
  }
}
