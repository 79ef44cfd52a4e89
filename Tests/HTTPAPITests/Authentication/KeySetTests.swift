import Crypto
import Testing

@testable import HTTPAPI

/// Which of the keys that an issuer publishes are used.
@Suite struct KeySetTests {
  /// Any odd number makes an RSA modulus as far as a public key can tell.
  private static func rsa(_ bits: Int, _ members: String = "") -> String {
    let modulus = [0xC1] + (2..<(bits / 8)).map { UInt8(truncatingIfNeeded: $0 &* 37) } + [0x0B]
    return #"{"kty":"RSA","kid":"r","n":"\#(Base64URL.encode(modulus))","e":"AQAB"\#(members)}"#
  }

  private static func ec(_ members: String, curve: String = "P-256", point: [UInt8]? = nil) -> String {
    let point = point ?? Array(P256.Signing.PrivateKey().publicKey.rawRepresentation)
    let (x, y) = (Base64URL.encode(point.prefix(point.count / 2)), Base64URL.encode(point.suffix(point.count / 2)))
    return #"{"kty":"EC","crv":"\#(curve)","x":"\#(x)","y":"\#(y)"\#(members)}"#
  }

  private func count(_ keys: [String], _ algorithms: Set<SigningAlgorithm> = [.es256, .rs256]) async throws -> Int {
    let document = try JSONDecoding.jwks(#"{"keys":[\#(keys.joined(separator: ","))]}"#)
    return try await KeySet(document, algorithms: algorithms).count
  }

  @Test func keysOfEnoughBitsAreUsed() async throws {
    #expect(try await count([Self.rsa(2048)]) == 1)
    #expect(try await count([Self.ec(#","kid":"a","use":"sig","key_ops":["verify"]"#)]) == 1)
    #expect(try await count([Self.ec(#","kid":"a","alg":"ES256""#), Self.rsa(4096, #","alg":"RS256""#)]) == 2)
  }

  static let useless: [(String, String)] = [
    ("RSA of 1024 bits", rsa(1024)), ("RSA of 2040 bits", rsa(2040)),
    ("for encryption", rsa(2048, #","use":"enc""#)), ("for wrapping", rsa(2048, #","key_ops":["wrapKey"]"#)),
    ("of another algorithm", rsa(2048, #","alg":"PS512""#)),
    ("with its private half", ec(#","kid":"a","d":"AAAA""#)), ("RSA with its private half", rsa(2048, #","d":"AAAA""#)),
    ("of another curve", ec("", curve: "P-384", point: Array(P384.Signing.PrivateKey().publicKey.rawRepresentation))),
    (
      "of another curve that says it is ours",
      ec("", point: Array(P384.Signing.PrivateKey().publicKey.rawRepresentation))
    ),
    ("off the curve", ec("", point: Array(repeating: 7, count: 64))),
    ("zero", ec("", point: Array(repeating: 0, count: 64))),
    ("symmetric", #"{"kty":"oct","kid":"k","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}"#),
    ("nothing", "{}"), ("a number", "1"), ("a use that is none", rsa(2048, #","use":"everything""#)),
  ]

  @Test(arguments: useless)
  func otherKeysAreLeftOut(_ what: String, _ key: String) async throws {
    await #expect(throws: KeySetError.noUsableKey, "\(what)") { try await self.count([key]) }
    #expect(try await count([key, Self.ec(#","kid":"good""#)]) == 1, "\(what)")
  }

  @Test func thousandsOfKeysAreNotLookedAt() async throws {
    let keys = (0..<1000).map { Self.ec(#","kid":"\#($0)""#) }
    #expect(try await count(keys) == JWKSDocument.maximumKeys)
  }
}
