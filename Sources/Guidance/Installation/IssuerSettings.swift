import Yams

extension InstallationFile {
  /// An OpenID Connect issuer.
  public struct Issuer: Sendable, Equatable {
    /// The `iss` of its tokens.
    public let url: String
    /// The `aud` that its tokens for this service have.
    public let audience: String
    /// Where its keys are: an address, or a file; nil where the issuer itself says so (discovery).
    public let keys: String?
    /// Authorities to trust for its address instead of the system's, a PEM file.
    public let authorityFile: String?
    /// Names of the algorithms its tokens may be signed with.
    public let algorithms: [String]
    /// Types its tokens may have; empty for all that are known.
    public let types: [String]
    /// The clients whose tokens are accepted; empty for all.
    public let clients: [String]
    /// Whether its subjects may be staff.
    public let vouchesForStaff: Bool
    /// Whether its subjects may be customers, at one of the levels in `assurance`.
    public let vouchesForCustomers: Bool
    /// The `acr` values that are enough for a customer.
    public let assurance: [String]
    /// The claims' names where they are others than Suomi.fi's, by `hetu`, `name`, `email` and `nonDisclosure`; the first
    /// that a token has counts.
    public let claims: [String: [String]]
  }
}

extension PolicyNode {
  /// The issuers of a configuration, each named once.
  func issuers() throws(PolicyFileError) -> [InstallationFile.Issuer] {
    var issuers: [InstallationFile.Issuer] = []
    for node in try list() {
      let issuer = try node.issuer()
      guard !issuers.contains(where: { ExactText($0.url) == ExactText(issuer.url) }) else {
        throw node.failure("an issuer is named once")
      }
      issuers.append(issuer)
    }
    return issuers
  }

  private func issuer() throws(PolicyFileError) -> InstallationFile.Issuer {
    let keys = try mapping(
      ["url", "audience", "algorithms", "vouchesFor"],
      optional: ["jwks", "caFile", "types", "clients", "assurance", "claims"])
    let vouchesFor = try keys.texts("vouchesFor")
    for whom in vouchesFor where whom != "staff" && whom != "customers" {
      throw failure("vouchesFor has staff or customers")
    }
    // Whoever is on a staff is not taken for a customer there: an organisation's admin could lock a customer out.
    guard vouchesFor.count == 1 else {
      throw failure("vouchesFor has one of staff and customers: an issuer's subjects are either")
    }
    let assurance = try keys.texts("assurance")
    if vouchesFor.contains("customers"), assurance.isEmpty {
      throw failure("an issuer that vouches for customers names the assurance (acr) that is enough")
    }
    return InstallationFile.Issuer(
      url: try keys.text("url"), audience: try keys.text("audience"), keys: try keys["jwks"]?.text(),
      authorityFile: try keys["caFile"]?.text(), algorithms: try keys.texts("algorithms"),
      types: try keys.texts("types"), clients: try keys.texts("clients"), vouchesForStaff: vouchesFor.contains("staff"),
      vouchesForCustomers: vouchesFor.contains("customers"), assurance: assurance,
      claims: try keys["claims"]?.claims() ?? [:])
  }

  /// Names of claims: one each, or a list in the order they are looked for.
  private func claims() throws(PolicyFileError) -> [String: [String]] {
    var claims: [String: [String]] = [:]
    for (name, node) in try mapping([], optional: ["hetu", "name", "email", "nonDisclosure"]) {
      guard case .sequence = node.node else {
        claims[name] = [try node.text()]
        continue
      }
      var names: [String] = []
      for item in try node.list() { names.append(try item.text()) }
      claims[name] = names
    }
    return claims
  }
}
