import FoundationEssentials

/// An address that keys may come from: HTTPS, or plain HTTP on this machine; no user, password or fragment.
struct IssuerAddress: Sendable {
  let text: String
  /// Whether it is HTTPS.
  let isEncrypted: Bool

  private static let ownNames: Set<String> = ["localhost", "127.0.0.1", "::1"]

  /// - Throws: `KeySetError.insecureAddress` for anything else.
  init(_ text: String) throws(KeySetError) {
    guard let url = URL(string: text), let host = url.host(percentEncoded: false), !host.isEmpty, url.user == nil,
      url.password == nil, url.fragment == nil
    else { throw .insecureAddress }
    switch url.scheme {
    case "https": isEncrypted = true
    case "http" where Self.ownNames.contains(host): isEncrypted = false
    default: throw .insecureAddress
    }
    self.text = text
  }

  /// Where an issuer of this address publishes its metadata (OpenID Connect Discovery 1.0 §4.1).
  var discovery: IssuerAddress {
    get throws(KeySetError) {
      // An issuer identifier has neither a query nor a fragment.
      guard !text.contains("?") else { throw .insecureAddress }
      return try IssuerAddress(
        (text.hasSuffix("/") ? String(text.dropLast()) : text) + "/.well-known/openid-configuration")
    }
  }
}
