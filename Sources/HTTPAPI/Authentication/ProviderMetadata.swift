/// What an issuer publishes about itself (OpenID Connect Discovery 1.0 §3), as far as it is needed here.
struct ProviderMetadata {
  /// Its `jwks_uri`.
  let keys: IssuerAddress

  /// Reads a document that was found where `issuer` publishes its own.
  ///
  /// - Throws: `KeySetError.otherIssuer` unless it names exactly that issuer, byte for byte (§4.3): whoever could put a
  ///   document there for another issuer would otherwise sign for that one.
  init(_ bytes: [UInt8], of issuer: String) throws(KeySetError) {
    guard let metadata = try? JSONParser.parse(bytes), case .string(let keys) = metadata["jwks_uri"] else {
      throw .malformedMetadata
    }
    guard case .string(let named) = metadata["issuer"], named.utf8.elementsEqual(issuer.utf8) else {
      throw .otherIssuer
    }
    self.keys = try IssuerAddress(keys)
  }
}
