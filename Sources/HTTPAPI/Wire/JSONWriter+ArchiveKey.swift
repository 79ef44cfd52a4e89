import Guidance

extension JSONWriter {
  /// A key as a JSON Web Key (RFC 7517, RFC 8037), with what openssl reads beside it.
  mutating func write(_ published: PublishedArchiveKey) {
    object { json in
      json.member("kid", published.id)
      json.member("kty", "OKP")
      json.member("crv", "Ed25519")
      json.member("use", "sig")
      json.member("alg", "EdDSA")
      json.member("x", Base64URL.encode(published.bytes))
      json.member("pem", published.pem)
      json.member("notBefore", published.validFrom)
      json.optional("notAfter", published.validUntil)
    }
  }
}
