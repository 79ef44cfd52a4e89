import JWTKit

/// A JSON Web Key Set as issuers publish it: keys for other purposes and of kinds unknown here stand beside ours, and
/// must not spoil the set.
struct JWKSDocument: Decodable {
  private let keys: [Entry]

  /// The public halves of the keys that may verify signatures.
  var signatureKeys: [JWK] {
    keys.compactMap { entry in
      guard var key = entry.key, entry.use == nil || entry.use == "sig" else { return nil }
      key.privateExponent = nil
      key.prime1 = nil
      key.prime2 = nil
      return key
    }
  }

  private struct Entry: Decodable {
    let key: JWK?
    let use: String?

    enum CodingKeys: CodingKey {
      case use
    }

    init(from decoder: any Decoder) throws {
      use = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(String.self, forKey: .use)
      key = try? JWK(from: decoder)
    }
  }
}
