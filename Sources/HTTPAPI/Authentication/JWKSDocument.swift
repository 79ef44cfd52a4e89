import JWTKit

/// A JSON Web Key Set as issuers publish it: keys for other purposes and of kinds unknown here stand beside ours, and
/// must not spoil the set.
struct JWKSDocument: Decodable {
  /// No issuer has more keys in use; those beyond are not looked at.
  static let maximumKeys = 64

  private let keys: [Entry]

  /// The keys that may verify signatures. One whose private half is published with it proves nothing, and is none.
  var signatureKeys: [JWK] {
    keys.prefix(Self.maximumKeys).compactMap { entry in
      guard let key = entry.key, entry.use == nil || entry.use == "sig", entry.operations?.contains("verify") ?? true
      else { return nil }
      return key.privateExponent == nil ? key : nil
    }
  }

  private struct Entry: Decodable {
    let key: JWK?
    let use: String?
    let operations: [String]?

    enum CodingKeys: String, CodingKey {
      case use
      case operations = "key_ops"
    }

    init(from decoder: any Decoder) throws {
      let members = try? decoder.container(keyedBy: CodingKeys.self)
      use = try? members?.decodeIfPresent(String.self, forKey: .use)
      operations = try? members?.decodeIfPresent([String].self, forKey: .operations)
      key = try? JWK(from: decoder)
    }
  }
}
