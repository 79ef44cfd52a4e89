import Crypto

@testable import HTTPAPI

/// The table of forged tokens: what each is, the token, and why it is refused.
extension ForgedTokenTests {
  /// What it is, the token, and why it is refused.
  typealias Forgery = (String, String, AuthenticationError)

  static let forgeries = unsigned + malformed + misleading

  /// Without a signature of the issuer's.
  private static let unsigned: [Forgery] = [
    ("none", compact(#"{"alg":"none"}"#, payload(), []), .algorithm),
    ("None", compact(#"{"alg":"None","kid":"\#(keyID)"}"#, payload()), .algorithm),
    ("HS256 with the public key as JWKS", hmac(Array(issuer.jwks.utf8)), .algorithm),
    ("HS256 with the public key as PEM", hmac(Array(publicKey.pemRepresentation.utf8)), .algorithm),
    ("HS256 with the public key as DER", hmac(Array(publicKey.derRepresentation)), .algorithm),
    ("HS256 with the public key's point", hmac(Array(publicKey.rawRepresentation)), .algorithm),
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
    ("embedded key", bringingAlong { #""jwk":\#($0)"# }, .signature),
    ("address of keys", bringingAlong { _ in #""jku":"https://evil.example/jwks""# }, .signature),
    ("certificate", bringingAlong { _ in #""x5c":["MIIB"],"x5t":"AAAA""# }, .signature),
    ("address of certificates", bringingAlong { _ in #""x5u":"https://evil.example/x.pem""# }, .signature),
    ("payload not encoded", bringingAlong { _ in #""b64":false,"crit":["b64"]"# }, .malformed),
    ("payload not encoded, uncritically", bringingAlong { _ in #""b64":false"# }, .malformed),
    ("empty list of critical extensions", bringingAlong { _ in #""crit":[]"# }, .malformed),
    (
      "zero signature", compact(#"{"alg":"ES256","kid":"\#(keyID)"}"#, payload(), Array(repeating: 0, count: 64)),
      .signature
    ),
    ("signature of the group's order", signed(order + order), .signature),
    ("signature with r zero", signed(Array(repeating: 0, count: 32) + one), .signature),
    ("signature with s zero", signed(one + Array(repeating: 0, count: 32)), .signature),
    ("signature beyond the group", signed(Array(repeating: 255, count: 64)), .signature),
    ("signature in DER", derSigned(), .signature),
    ("signature of another curve", otherCurve(), .signature),
    ("short signature", compact(#"{"alg":"ES256","kid":"\#(keyID)"}"#, payload(), [1]), .signature),
    ("no signature", compact(#"{"alg":"ES256","kid":"\#(keyID)"}"#, payload(), []), .signature),
    ("another payload", swappedPayload(), .signature),
    ("truncated", String(changed().dropLast(6)), .signature),
  ]

  /// That are no tokens, or no tokens of a sign-in.
  private static let malformed: [Forgery] = [
    ("two parts", String(changed().prefix { $0 != "." }) + ".e30", .malformed),
    ("encrypted", compact(#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#, payload()) + ".AAAA.AAAA", .malformed),
    ("signed by several", #"{"payload":"e30","signatures":[]}"#, .malformed),
    ("line ends in the header", compactSigned(#"{"alg":"ES256"}"#).replacing(".", with: "\n."), .malformed),
    ("space in the header", compactSigned(#"{"alg":"ES256"}"#).replacing(".", with: " ."), .malformed),
    ("another's type", typed("logout+jwt"), .type),
    ("a proof of possession", typed("dpop+jwt"), .type),
    ("an event", typed("secevent+jwt"), .type),
    ("type is empty", typed(""), .type),
    ("type is another in its end", typed("xat+jwt"), .type),
    ("type is a list", compactSigned(#"{"alg":"ES256","typ":["JWT"]}"#), .malformed),
    ("key id is a number", compactSigned(#"{"alg":"ES256","kid":1}"#), .malformed),
    ("key id is empty", compactSigned(#"{"alg":"ES256","kid":""}"#), .unknownKey),
    ("algorithm in lower case", compactSigned(#"{"alg":"es256"}"#), .algorithm),
    ("four parts", changed() + ".e30", .malformed),
    ("padded", changed() + "==", .malformed),
    ("JSON, not base64", "{}.{}.{}", .malformed),
    ("payload is a list", (try? issuer.sign(Array("[]".utf8))) ?? "", .malformed),
    ("huge", changed(("pad", "\"\(String(repeating: "x", count: 9000))\"")), .tooLong),
    ("deep", (try? issuer.sign(Array(String(repeating: "[", count: 2000).utf8))) ?? "", .malformed),
  ]

  /// Signed by the issuer, and saying what they should not.
  private static let misleading: [Forgery] = [
    ("wrong issuer", changed(("iss", "\"https://elsewhere\"")), .unknownIssuer),
    ("issuer with a slash more", changed(("iss", "\"\(TestIssuer.url)/\"")), .unknownIssuer),
    ("issuer in capitals", changed(("iss", "\"\(TestIssuer.url.uppercased())\"")), .unknownIssuer),
    ("issuer with a space", changed(("iss", "\"\(TestIssuer.url) \"")), .unknownIssuer),
    ("issuer with an invisible character", changed(("iss", "\"\(TestIssuer.url)\u{200B}\"")), .unknownIssuer),
    ("issuer with another hyphen", changed(("iss", "\"urn:ohjaustila:test\u{2010}issuer\"")), .unknownIssuer),
    ("issuer with a wide letter", changed(("iss", "\"urn:ohjaustila:test-issue\u{FF52}\"")), .unknownIssuer),
    ("issuer is a number", changed(("iss", "1")), .unknownIssuer),
    ("issuer is a list", changed(("iss", "[\"\(TestIssuer.url)\"]")), .unknownIssuer),
    ("two issuers", changed(("iss", "\"\(TestIssuer.url)\",\"iss\":\"\(TestIssuer.url)\"")), .malformed),
    ("two subjects", changed(("sub", #""s","sub":"s""#)), .malformed),
    ("two subjects, one escaped", changed(("sub", #""s","s\u0075b":"admin""#)), .malformed),
    ("two expiries", changed(("exp", "\(seconds + 60),\"exp\":\(seconds + 60)")), .malformed),
    ("no issuer", changed(("iss", nil)), .unknownIssuer),
    ("wrong audience", changed(("aud", "\"other\"")), .audience),
    ("audiences of others", changed(("aud", #"["a","b"]"#)), .audience),
    ("audience is a number", changed(("aud", "1")), .audience),
    ("audience is an object", changed(("aud", #"{"ohjaustila":1}"#)), .audience),
    ("audience beside a number", changed(("aud", #"["ohjaustila",1]"#)), .audience),
    ("audience in capitals", changed(("aud", "\"OHJAUSTILA\"")), .audience),
    ("no audience in a list", changed(("aud", "[]")), .audience),
    ("no audience", changed(("aud", nil)), .audience),
    ("expired", changed(("exp", "\(seconds - 30)")), .expired),
    ("no expiry", changed(("exp", nil)), .malformed),
    ("expiry as text", changed(("exp", "\"\(seconds + 60)\"")), .malformed),
    ("no expiry", changed(("exp", nil)), .malformed),
    ("expiry is null", changed(("exp", "null")), .malformed),
    ("expiry before time", changed(("exp", "-1")), .malformed),
    ("beginning as text", changed(("nbf", "\"\(seconds)\"")), .malformed),
    ("authentication as text", changed(("auth_time", "\"\(seconds)\"")), .malformed),
    ("expiry beyond reason", changed(("exp", "1e300")), .malformed),
    ("not yet", changed(("nbf", "\(seconds + 31)")), .notYetValid),
    ("issued in the future", changed(("iat", "\(seconds + 31)")), .notYetValid),
    ("authenticated in the future", changed(("auth_time", "\(seconds + 31)")), .notYetValid),
    ("no subject", changed(("sub", nil)), .malformed),
    ("empty subject", changed(("sub", "\"\"")), .malformed),
    ("subject is a list", changed(("sub", #"["s"]"#)), .malformed),
    ("subject is too long", changed(("sub", "\"\(String(repeating: "x", count: 321))\"")), .malformed),
    ("subject is not UTF-8", (try? issuer.sign(payload([("sub", "\"s\"")]) + [0xFF])) ?? "", .malformed),
    ("subject is a number", changed(("sub", "1")), .malformed),
  ]
}

// MARK: - How they are made

extension ForgedTokenTests {
  static var publicKey: P256.Signing.PublicKey { key.publicKey }

  /// The order n of P-256: signatures with r or s of 0 modulo n must not verify ("psychic signatures", CVE-2022-21449).
  private static let order: [UInt8] =
    [UInt8](repeating: 0xFF, count: 4) + [UInt8](repeating: 0, count: 4) + [UInt8](repeating: 0xFF, count: 8) + [
      0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]
  private static let one: [UInt8] = Array(repeating: 0, count: 31) + [1]

  private static func hmac(_ secret: [UInt8]) -> String {
    let signed = Base64URL.encode(#"{"alg":"HS256","kid":"\#(keyID)"}"#.utf8) + "." + Base64URL.encode(payload())
    let code = HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: SymmetricKey(data: secret))
    return signed + "." + Base64URL.encode(code)
  }

  /// An acceptable token but for its signature.
  private static func signed(_ signature: [UInt8]) -> String {
    compact(#"{"alg":"ES256","kid":"\#(keyID)"}"#, payload(), signature)
  }

  /// The issuer's own signature under any header.
  static func compactSigned(_ header: String) -> String {
    let signed = Base64URL.encode(header.utf8) + "." + Base64URL.encode(payload())
    let signature = (try? key.signature(for: Array(signed.utf8)).rawRepresentation).map(Array.init) ?? []
    return signed + "." + Base64URL.encode(signature)
  }

  static func typed(_ type: String) -> String { compactSigned(#"{"alg":"ES256","typ":"\#(type)"}"#) }

  /// The other signature of an ECDSA pair, (r, n − s): as valid as the first, and as impossible to make without the key.
  static func mirrored() -> String {
    let parts = changed().split(separator: ".").map(String.init)
    let signature = Base64URL.decode(Array(parts[2].utf8)) ?? []
    var (mirrored, borrow) = (signature, 0)
    for place in (0..<32).reversed() {
      let difference = Int(order[place]) - Int(signature[32 + place]) - borrow
      borrow = difference < 0 ? 1 : 0
      mirrored[32 + place] = UInt8((difference + 256) % 256)
    }
    return [parts[0], parts[1], Base64URL.encode(mirrored)].joined(separator: ".")
  }

  private static func derSigned() -> String {
    let signed = Base64URL.encode(#"{"alg":"ES256","kid":"\#(keyID)"}"#.utf8) + "." + Base64URL.encode(payload())
    let signature = (try? key.signature(for: Array(signed.utf8)).derRepresentation).map(Array.init) ?? []
    return signed + "." + Base64URL.encode(signature)
  }

  private static func otherCurve() -> String {
    let signed = Base64URL.encode(#"{"alg":"ES256","kid":"\#(keyID)"}"#.utf8) + "." + Base64URL.encode(payload())
    let signature =
      (try? P384.Signing.PrivateKey().signature(for: Array(signed.utf8)).rawRepresentation).map(Array.init) ?? []
    return signed + "." + Base64URL.encode(signature)
  }

  /// Signed by a stranger whose key comes along, in the way that the header's members say.
  private static func bringingAlong(_ members: (_ jwk: String) -> String) -> String {
    let own = P256.Signing.PrivateKey()
    let point = own.publicKey.rawRepresentation
    let (x, y) = (Base64URL.encode(point.prefix(32)), Base64URL.encode(point.suffix(32)))
    let members = members(#"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)"}"#)
    let signed =
      Base64URL.encode(#"{"alg":"ES256","kid":"\#(keyID)",\#(members)}"#.utf8) + "." + Base64URL.encode(payload())
    let signature = (try? own.signature(for: Array(signed.utf8)).rawRepresentation).map(Array.init) ?? []
    return signed + "." + Base64URL.encode(signature)
  }

  fileprivate static func forgedKeyID() -> String {
    let parts = ((try? stranger.sign(payload())) ?? "").split(separator: ".")
    return [Base64URL.encode(#"{"alg":"ES256","kid":"\#(keyID)"}"#.utf8), String(parts[1]), String(parts[2])]
      .joined(separator: ".")
  }

  fileprivate static func swappedPayload() -> String {
    let parts = changed().split(separator: ".")
    return [String(parts[0]), Base64URL.encode(payload([("sub", "\"admin\"")])), String(parts[2])].joined(
      separator: ".")
  }
}
