import FoundationEssentials

/// A JWKS as it came.
public struct FetchedKeys: Sendable {
  /// The document.
  public let bytes: [UInt8]
  /// How long the issuer says it may be kept; nil where it says nothing.
  public let goodFor: Duration?

  /// A document, kept for the usual time unless its issuer says otherwise.
  public init(_ bytes: some Sequence<UInt8>, goodFor: Duration? = nil) {
    self.bytes = Array(bytes)
    self.goodFor = goodFor
  }
}

/// Gets an issuer's JWKS.
public typealias KeyFetcher = @Sendable (Issuer) async throws -> FetchedKeys

enum KeyFetchers {
  /// Reads text and files as they are and asks for the rest over HTTPS (plain HTTP only on this machine).
  static let standard: KeyFetcher = { issuer in
    let client = IssuerClient(authorityFile: issuer.authorityFile)
    switch issuer.keys {
    case .text(let text): return FetchedKeys(text.utf8)
    case .file(let path): return FetchedKeys(try Data(contentsOf: URL(filePath: path)))
    case .url(let address): return try await client.fetch(IssuerAddress(address))
    case .discovery:
      let own = try IssuerAddress(issuer.url)
      let metadata = try await client.fetch(own.discovery)
      let keys = try ProviderMetadata(metadata.bytes, of: issuer.url).keys
      // An issuer on the network can't send us to services of this machine.
      guard keys.isEncrypted || !own.isEncrypted else { throw KeySetError.insecureAddress }
      return try await client.fetch(keys)
    }
  }
}
