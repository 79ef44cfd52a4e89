import Crypto
import CryptoExtras
import FoundationEssentials
import JWTKit

@testable import HTTPAPI

/// A key pair of an issuer elsewhere: signs, and publishes itself among keys that are none of our business.
struct ForeignKey: Sendable {
  let jwks: String
  private let algorithm: SigningAlgorithm
  private let keyID: String
  private let signer: @Sendable ([UInt8]) throws -> [UInt8]

  static func make(_ algorithm: SigningAlgorithm) async throws -> ForeignKey {
    let members: String
    let collection = JWTKeyCollection()
    switch algorithm {
    case .es256:
      let key = P256.Signing.PrivateKey()
      try await collection.add(ecdsa: ES256PrivateKey(backing: key), kid: "k")
      members = elliptic("P-256", key.publicKey.rawRepresentation)
    case .es384:
      let key = P384.Signing.PrivateKey()
      try await collection.add(ecdsa: ES384PrivateKey(backing: key), kid: "k")
      members = elliptic("P-384", key.publicKey.rawRepresentation)
    case .edDSA:
      let key = Curve25519.Signing.PrivateKey()
      let (x, d) = (Base64URL.encode(key.publicKey.rawRepresentation), Base64URL.encode(key.rawRepresentation))
      try await collection.add(eddsa: EdDSA.PrivateKey(d: d, curve: .ed25519), kid: "k")
      members = #""kty":"OKP","crv":"Ed25519","x":"\#(x)""#
    case .rs256, .ps256:
      let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
      let backing = try Insecure.RSA.PrivateKey(backing: key)
      if algorithm == .rs256 {
        await collection.add(rsa: backing, digestAlgorithm: .sha256, kid: "k")
      } else {
        await collection.add(pss: backing, digestAlgorithm: .sha256, kid: "k")
      }
      let numbers = try key.publicKey.getKeyPrimitives()
      members =
        #""kty":"RSA","n":"\#(Base64URL.encode(numbers.modulus))","e":"\#(Base64URL.encode(numbers.publicExponent))""#
    }
    let others = [
      #"{"kty":"oct","kid":"k","k":"c2VjcmV0"}"#, #"{"kty":"RSA","use":"enc","kid":"e","n":"AQAB","e":"AQAB"}"#,
      #"{"kty":"OKP","crv":"X448","kid":"x","x":"AA"}"#, #"{"kty":"new","kid":"k"}"#,
    ]
    let jwks = #"{"keys":[\#(others.joined(separator: ",")),{"kid":"k","use":"sig",\#(members)}]}"#
    let key = try await collection.getKey(for: "k")
    return ForeignKey(jwks: jwks, algorithm: algorithm, keyID: "k") { try key.sign($0) }
  }

  /// A P-256 key under any name.
  static func elliptic(_ key: P256.Signing.PrivateKey, keyID: String) -> ForeignKey {
    let members = elliptic("P-256", key.publicKey.rawRepresentation)
    return ForeignKey(jwks: #"{"keys":[{"kid":"\#(keyID)",\#(members)}]}"#, algorithm: .es256, keyID: keyID) {
      Array(try key.signature(for: $0).rawRepresentation)
    }
  }

  private init(
    jwks: String, algorithm: SigningAlgorithm, keyID: String, signer: @escaping @Sendable ([UInt8]) throws -> [UInt8]
  ) {
    (self.jwks, self.algorithm, self.keyID, self.signer) = (jwks, algorithm, keyID, signer)
  }

  func sign(_ payload: [UInt8]) throws -> String {
    let header = #"{"alg":"\#(algorithm.rawValue)","kid":"\#(keyID)"}"#
    let signed = Base64URL.encode(header.utf8) + "." + Base64URL.encode(payload)
    return signed + "." + Base64URL.encode(try signer(Array(signed.utf8)))
  }

  private static func elliptic(_ curve: String, _ point: Data) -> String {
    let half = point.count / 2
    let (x, y) = (Base64URL.encode(point.prefix(half)), Base64URL.encode(point.suffix(half)))
    return #""kty":"EC","crv":"\#(curve)","x":"\#(x)","y":"\#(y)""#
  }
}

/// Reads key sets as the service does.
enum JSONDecoding {
  static func jwks(_ text: String) throws -> JWKSDocument {
    try JSONDecoder().decode(JWKSDocument.self, from: Data(text.utf8))
  }
}
