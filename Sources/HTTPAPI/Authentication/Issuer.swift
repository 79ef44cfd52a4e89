/// An OpenID Connect issuer whose tokens are accepted, and whom it may vouch for.
public struct Issuer: Sendable {
  /// Where the issuer's public keys come from.
  public enum KeySource: Sendable, Equatable {
    /// A JWKS given as text.
    case text(String)
    /// A JWKS in a file, read again when it may have changed.
    case file(String)
    /// A JWKS fetched over HTTPS.
    case url(String)
    /// A JWKS fetched from where the issuer's metadata say that it is (OpenID Connect Discovery).
    case discovery
  }

  /// The `iss` of its tokens, compared exactly.
  public var url: String
  /// The `aud` that names this service.
  public var audience: String
  /// Public keys.
  public var keys: KeySource
  /// Algorithms its tokens may use.
  public var algorithms: Set<SigningAlgorithm>
  /// Whether its subjects may be staff.
  public var vouchesForStaff: Bool
  /// Whether its subjects may be customers, given enough assurance.
  public var vouchesForCustomers: Bool
  /// The `acr` values that are enough for customers.
  public var customerAssurance: Set<String>
  /// The clients whose tokens are accepted (`azp`, or `client_id`); empty for all.
  public var clients: Set<String> = []
  /// Types of its tokens that are accepted.
  public var types = Set(TokenType.allCases)
  /// Names of the claims.
  public var claims: ClaimNames
  /// Authorities to trust for its address instead of the system's, a PEM file.
  public var authorityFile: String?

  /// An issuer.
  public init(
    url: String, audience: String, keys: KeySource, algorithms: Set<SigningAlgorithm> = [.es256, .rs256],
    vouchesForStaff: Bool = false, vouchesForCustomers: Bool = false, customerAssurance: Set<String> = [],
    claims: ClaimNames = ClaimNames()
  ) {
    self.url = url
    self.audience = audience
    self.keys = keys
    self.algorithms = algorithms
    self.vouchesForStaff = vouchesForStaff
    self.vouchesForCustomers = vouchesForCustomers
    self.customerAssurance = customerAssurance
    self.claims = claims
  }
}
