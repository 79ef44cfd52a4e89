public import Vault

/// What a client says the digest of its bytes is.
public struct ExpectedDigest: Sendable, Hashable, Codable {
  /// How it was computed.
  public let algorithm: DigestAlgorithm
  /// `algorithm.length` bytes.
  public let value: [UInt8]
  /// The header field that said so, for the refusal.
  public let field: String

  /// A digest as a header field said it.
  public init(_ algorithm: DigestAlgorithm, _ value: [UInt8], field: String) {
    self.algorithm = algorithm
    self.value = value
    self.field = field
  }
}

extension [ExpectedDigest] {
  /// What has to be computed to compare them.
  var algorithms: Set<DigestAlgorithm> { Set<DigestAlgorithm>(map(\.algorithm)) }

  /// Compares all of them.
  ///
  /// - Throws: `Refusal.digestMismatch` for the first that differs.
  func check(_ digests: RunningDigests) throws(Refusal) {
    for expected in self where digests[expected.algorithm] != expected.value {
      throw .digestMismatch(field: expected.field)
    }
  }
}
