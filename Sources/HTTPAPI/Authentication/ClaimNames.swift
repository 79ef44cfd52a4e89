/// Under which names an issuer's tokens carry what the service reads about a person; the first one present counts. A name
/// that begins with `/` is a JSON pointer into nested claims (RFC 6901).
public struct ClaimNames: Sendable, Equatable {
  /// Personal identity code.
  public var hetu: [String]
  /// Name to show.
  public var name: [String]
  /// E-mail address.
  public var email: [String]
  /// Non-disclosure order (turvakielto): `1` or `true`.
  public var nonDisclosure: [String]

  /// The names that Suomi.fi identification uses, and OpenID Connect's own beside them.
  public init(
    hetu: [String] = ["urn:oid:1.2.246.21", "1.2.246.21"],
    name: [String] = ["urn:oid:2.16.840.1.113730.3.1.241", "2.16.840.1.113730.3.1.241", "name"],
    email: [String] = ["urn:oid:0.9.2342.19200300.100.1.3", "email"],
    nonDisclosure: [String] = ["urn:oid:1.2.246.517.2002.2.27", "1.2.246.517.2002.2.27"]
  ) {
    self.hetu = hetu
    self.name = name
    self.email = email
    self.nonDisclosure = nonDisclosure
  }
}
