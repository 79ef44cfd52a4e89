import Crypto

/// The built-in issuer of `serve --dev`: signs what it is asked to. Production never has one.
public struct TestIssuer: Sendable {
  /// What a token is to say.
  public struct Claims: Sendable {
    /// The principal's subject.
    public var subject: String
    /// Name to show.
    public var name: String?
    /// E-mail address.
    public var email: String?
    /// Personal identity code.
    public var hetu: String?
    /// Assurance; by default the one that `issuer` accepts for customers.
    public var acr: String? = TestIssuer.assurance
    /// µs since 1970; by default when the token is signed.
    public var authTime: Int64?
    /// Non-disclosure order.
    public var nonDisclosure = false

    /// Claims of a subject.
    public init(subject: String) {
      self.subject = subject
    }
  }

  /// Its `iss`.
  public static let url = "urn:ohjaustila:test-issuer"
  /// The `aud` of its tokens.
  public static let audience = "ohjaustila"
  /// The `acr` that it vouches for customers with.
  public static let assurance = "urn:ohjaustila:test-assurance"
  /// How long its tokens live, in µs.
  public static let lifetime: Int64 = 3_600_000_000

  private let key: P256.Signing.PrivateKey
  private let keyID: String

  /// Takes the key from a file, which is made with mode 0600 at the first start.
  public init(keyFile path: String) throws {
    self.init(key: try PrivateKeyFile.loadOrCreate(path))
  }

  /// An issuer with a key that nobody keeps.
  public static func ephemeral() -> TestIssuer {
    TestIssuer(key: P256.Signing.PrivateKey())
  }

  init(key: P256.Signing.PrivateKey) {
    self.key = key
    keyID = Base64URL.encode(SHA256.hash(data: key.publicKey.rawRepresentation).prefix(12))
  }

  /// The issuer as the authenticator knows it: it vouches for staff and customers alike.
  public var issuer: Issuer {
    Issuer(
      url: Self.url, audience: Self.audience, keys: .text(jwks), algorithms: [.es256], vouchesForStaff: true,
      vouchesForCustomers: true, customerAssurance: [Self.assurance])
  }

  /// Its public key as a JSON Web Key Set.
  public var jwks: String {
    let point = key.publicKey.rawRepresentation
    var json = JSONWriter()
    json.object { json in
      json.array("keys") { json in
        json.object { json in
          json.member("kty", "EC")
          json.member("crv", "P-256")
          json.member("alg", "ES256")
          json.member("use", "sig")
          json.member("kid", keyID)
          json.member("x", Base64URL.encode(point.prefix(32)))
          json.member("y", Base64URL.encode(point.suffix(32)))
        }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// A signed token, issued at `now` (µs since 1970), valid for `lifetime` µs.
  public func sign(_ claims: Claims, now: Int64, lifetime: Int64 = lifetime) throws -> String {
    let names = ClaimNames()
    var payload = JSONWriter()
    payload.object { json in
      json.member("iss", Self.url)
      json.member("aud", Self.audience)
      json.member("sub", claims.subject)
      json.member("iat", now.seconds)
      json.member("exp", (now + lifetime).seconds)
      json.member("auth_time", (claims.authTime ?? now).seconds)
      json.optional("acr", claims.acr)
      json.optional(names.name[0], claims.name)
      json.optional(names.email[0], claims.email)
      json.optional(names.hetu[0], claims.hetu)
      if claims.nonDisclosure { json.member(names.nonDisclosure[0], "1") }
    }
    return try sign(payload.bytes)
  }

  /// A signed token with any payload: tests forge with it.
  func sign(_ payload: [UInt8]) throws -> String {
    var header = JSONWriter()
    header.object { json in
      json.member("alg", "ES256")
      json.member("typ", "JWT")
      json.member("kid", keyID)
    }
    let signed = Base64URL.encode(header.bytes) + "." + Base64URL.encode(payload)
    let signature = try key.signature(for: Array(signed.utf8))
    return signed + "." + Base64URL.encode(signature.rawRepresentation)
  }
}

extension Int64 {
  fileprivate var seconds: Int64 { self / 1_000_000 }
}
