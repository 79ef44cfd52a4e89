/// What a token calls itself in its header's `typ`. A token of any other type is refused: what an issuer signs for another
/// purpose (a logout, a proof, an event) must not pass for a sign-in (RFC 8725 §3.11).
public enum TokenType: String, Sendable, CaseIterable {
  /// Access tokens as RFC 9068 marks them.
  case accessToken = "at+jwt"
  /// ID tokens, and access tokens of issuers that do not mark them; also what a token without `typ` is.
  case plain = "JWT"

  /// Reads a media type, in any case and with or without `application/` (RFC 7515 §4.1.9).
  init?(mediaType text: String) {
    let name = text.lowercased()
    let short = name.hasPrefix("application/") ? String(name.dropFirst("application/".count)) : name
    guard let type = Self.allCases.first(where: { $0.rawValue.lowercased() == short }) else { return nil }
    self = type
  }
}
