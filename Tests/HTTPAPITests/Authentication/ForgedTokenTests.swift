import Crypto
import HTTPTypes
import JWTKit
import Logging
import Testing

@testable import HTTPAPI

/// Every way of being no valid token, against an authenticator that knows one issuer.
@Suite struct ForgedTokenTests {
  static let now: Int64 = 1_800_000_000_000_000
  static let issuer = TestIssuer(key: P256.Signing.PrivateKey())
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

  static func hmacWithPublicKey() -> String {
    let signed = Base64URL.encode(#"{"alg":"HS256","kid":"\#(keyID)"}"#.utf8) + "." + Base64URL.encode(payload())
    let code = HMAC<SHA256>.authenticationCode(
      for: Array(signed.utf8), using: SymmetricKey(data: Array(issuer.jwks.utf8)))
    return signed + "." + Base64URL.encode(code)
  }

  static func changed(_ changes: (String, String?)...) -> String {
    (try? issuer.sign(payload(changes))) ?? ""
  }

  static let seconds = now / 1_000_000

  static let forgeries: [(String, String, AuthenticationError)] = [
    ("none", compact(#"{"alg":"none"}"#, payload(), []), .algorithm),
    ("None", compact(#"{"alg":"None","kid":"\#(keyID)"}"#, payload()), .algorithm),
    ("HS256 with the public key", hmacWithPublicKey(), .algorithm),
    ("algorithm not allowed", compact(#"{"alg":"ES384","kid":"\#(keyID)"}"#, payload()), .algorithm),
    ("RS256 with an EC key", compact(#"{"alg":"RS256","kid":"\#(keyID)"}"#, payload()), .algorithm),
    ("no algorithm", compact(#"{"kid":"\#(keyID)"}"#, payload()), .malformed),
    ("algorithm is a list", compact(#"{"alg":["ES256"]}"#, payload()), .malformed),
    ("two algorithms", compact(#"{"alg":"none","alg":"ES256"}"#, payload()), .malformed),
    ("critical extension", compact(#"{"alg":"ES256","crit":["x"],"x":1}"#, payload()), .malformed),
    ("another's key id", compact(#"{"alg":"ES256","kid":"other"}"#, payload()), .unknownKey),
    ("key id with a path", compact(#"{"alg":"ES256","kid":"../../dev/null"}"#, payload()), .unknownKey),
    ("another's key", (try? stranger.sign(payload())) ?? "", .unknownKey),
    ("another's key under our key id", forgedKeyID(), .signature),
    ("embedded key", embeddedKey(), .signature),
    (
      "zero signature", compact(#"{"alg":"ES256","kid":"\#(keyID)"}"#, payload(), Array(repeating: 0, count: 64)),
      .signature
    ),
    ("short signature", compact(#"{"alg":"ES256","kid":"\#(keyID)"}"#, payload(), [1]), .signature),
    ("no signature", compact(#"{"alg":"ES256","kid":"\#(keyID)"}"#, payload(), []), .signature),
    ("another payload", swappedPayload(), .signature),
    ("truncated", String(changed().dropLast(6)), .signature),
    ("two parts", String(changed().prefix { $0 != "." }) + ".e30", .malformed),
    ("four parts", changed() + ".e30", .malformed),
    ("padded", changed() + "==", .malformed),
    ("JSON, not base64", "{}.{}.{}", .malformed),
    ("payload is a list", (try? issuer.sign(Array("[]".utf8))) ?? "", .malformed),
    ("huge", changed(("pad", "\"\(String(repeating: "x", count: 9000))\"")), .tooLong),
    ("deep", (try? issuer.sign(Array(String(repeating: "[", count: 2000).utf8))) ?? "", .malformed),
    ("wrong issuer", changed(("iss", "\"https://elsewhere\"")), .unknownIssuer),
    ("issuer with a slash more", changed(("iss", "\"\(TestIssuer.url)/\"")), .unknownIssuer),
    ("no issuer", changed(("iss", nil)), .unknownIssuer),
    ("wrong audience", changed(("aud", "\"other\"")), .audience),
    ("audiences of others", changed(("aud", #"["a","b"]"#)), .audience),
    ("no audience", changed(("aud", nil)), .audience),
    ("expired", changed(("exp", "\(seconds - 30)")), .expired),
    ("no expiry", changed(("exp", nil)), .malformed),
    ("expiry as text", changed(("exp", "\"\(seconds + 60)\"")), .malformed),
    ("expiry beyond reason", changed(("exp", "1e300")), .malformed),
    ("not yet", changed(("nbf", "\(seconds + 31)")), .notYetValid),
    ("issued in the future", changed(("iat", "\(seconds + 31)")), .notYetValid),
    ("authenticated in the future", changed(("auth_time", "\(seconds + 31)")), .notYetValid),
    ("no subject", changed(("sub", nil)), .malformed),
    ("empty subject", changed(("sub", "\"\"")), .malformed),
    ("subject is a number", changed(("sub", "1")), .malformed),
  ]

  private static func forgedKeyID() -> String {
    let parts = ((try? stranger.sign(payload())) ?? "").split(separator: ".")
    return [Base64URL.encode(#"{"alg":"ES256","kid":"\#(keyID)"}"#.utf8), String(parts[1]), String(parts[2])]
      .joined(separator: ".")
  }

  private static func embeddedKey() -> String {
    let key = P256.Signing.PrivateKey()
    let point = key.publicKey.rawRepresentation
    let jwk =
      #"{"kty":"EC","crv":"P-256","x":"\#(Base64URL.encode(point.prefix(32)))","y":"\#(Base64URL.encode(point.suffix(32)))"}"#
    let header = #"{"alg":"ES256","kid":"\#(keyID)","jwk":\#(jwk),"jku":"https://evil/"}"#
    let signed = Base64URL.encode(header.utf8) + "." + Base64URL.encode(payload())
    let signature = (try? key.signature(for: Array(signed.utf8)).rawRepresentation).map(Array.init) ?? []
    return signed + "." + Base64URL.encode(signature)
  }

  private static func swappedPayload() -> String {
    let parts = changed().split(separator: ".")
    return [String(parts[0]), Base64URL.encode(payload([("sub", "\"admin\"")])), String(parts[2])].joined(
      separator: ".")
  }

  @Test(arguments: forgeries)
  func isRefused(_ name: String, _ token: String, _ expected: AuthenticationError) async {
    let authenticator = Self.authenticator()
    await #expect(throws: expected, "\(name)") { try await authenticator.identity(of: Self.header(token)) }
  }

  @Test(arguments: [
    changed(), changed(("aud", #"["x","ohjaustila"]"#)), changed(("exp", "\(seconds - 29)")),
    changed(("nbf", "\(seconds + 29)")), changed(("exp", "\(seconds + 1).5")),
  ])
  func theGenuineIsAccepted(_ token: String) async throws {
    #expect(try await Self.authenticator().identity(of: Self.header(token)).subject == "s")
  }

  @Test(
    arguments: [
      ([:], .missing), ([.authorization: ""], .missing), ([.authorization: "Basic eDp5"], .missing),
      ([.authorization: "Bearer"], .malformed), ([.authorization: "Bearer "], .malformed),
      ([.authorization: "Bearer a b"], .malformed),
    ] as [(HTTPFields, AuthenticationError)])
  func headersWithoutToken(_ headers: HTTPFields, _ expected: AuthenticationError) async {
    await #expect(throws: expected) { try await Self.authenticator().identity(of: headers) }
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
