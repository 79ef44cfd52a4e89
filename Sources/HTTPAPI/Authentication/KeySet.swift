import JWTKit

/// An issuer's public keys, ready to verify with.
///
/// JWTKit's key collection is an actor and chooses algorithms by the token's header. Here each key is made once per
/// algorithm that the issuer may use, and looked up without suspending: a header can only pick from what is allowed.
struct KeySet: Sendable {
  private struct Name: Hashable {
    let keyID: String?
    let algorithm: SigningAlgorithm
  }

  private var verifiers: [Name: any JWTAlgorithm] = [:]

  /// How many usable pairs of key and algorithm there are.
  var count: Int { verifiers.count }

  /// Makes the keys of a JWKS. Keys for other purposes and of unknown kinds are left out; a set without any usable
  /// key is an error.
  init(_ document: JWKSDocument, algorithms: Set<SigningAlgorithm>) async throws {
    for key in document.signatureKeys {
      for algorithm in algorithms where key.suits(algorithm) {
        guard let verifier = await Self.verifier(key, algorithm) else { continue }
        verifiers[Name(keyID: key.keyIdentifier?.string, algorithm: algorithm)] = verifier
      }
    }
    if verifiers.isEmpty { throw KeySetError.noUsableKey }
  }

  /// The key a token names. One without a name is only found where there is no choice.
  func verifier(keyID: String?, algorithm: SigningAlgorithm) -> (any JWTAlgorithm)? {
    if let keyID { return verifiers[Name(keyID: keyID, algorithm: algorithm)] }
    let candidates = verifiers.filter { $0.key.algorithm == algorithm }
    return candidates.count == 1 ? candidates.first?.value : nil
  }

  private static func verifier(_ key: JWK, _ algorithm: SigningAlgorithm) async -> (any JWTAlgorithm)? {
    var key = key
    key.algorithm = JWK.Algorithm(rawValue: algorithm.rawValue)
    // A collection of one, under a name of its own, gives the key as a plain value.
    key.keyIdentifier = "only"
    let collection = JWTKeyCollection()
    guard (try? await collection.add(jwk: key)) != nil else { return nil }
    return try? await collection.getKey(for: "only", alg: algorithm.rawValue)
  }
}

/// Why keys cannot be used.
enum KeySetError: Error, Equatable {
  case noUsableKey
  case unexpectedStatus(UInt)
  /// Neither HTTPS nor plain HTTP on this machine.
  case insecureAddress
  /// The issuer's metadata are none.
  case malformedMetadata
  /// The issuer's metadata are another's.
  case otherIssuer
  /// A file of authorities has none.
  case noAuthority
  /// The answer took too long.
  case tooSlow
}

extension JWK {
  fileprivate func suits(_ candidate: SigningAlgorithm) -> Bool {
    if let algorithm, algorithm.rawValue != candidate.rawValue { return false }
    return switch candidate {
    case .es256: curve?.rawValue == "P-256"
    case .es384: curve?.rawValue == "P-384"
    case .edDSA: curve?.rawValue == "Ed25519"
    case .rs256, .ps256: keyType == .rsa
    }
  }
}
