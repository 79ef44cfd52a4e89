import Testing

@testable import Guidance

@Suite struct InstallationFileTests {
  private static let whole = """
    issuers:
      - url: https://login.example.fi
        audience: ohjaustila
        jwks: https://login.example.fi/jwks.json
        algorithms: [RS256]
        vouchesFor: [customers]
        assurance: [loa2]
        claims: { hetu: nin, name: [/person/name, name] }
        caFile: ca.pem
        types: [at+jwt]
        clients: [portal]
    operators:
      - { issuer: "https://staff.example.fi", subject: "0b9a" }
    limits: { maximumFileSize: 1000, eventStreams: 7, eventHeartbeatSeconds: 15 }
    trustedProxies: [10.0.0.0/8, 2001:db8::1]
    temporaryIdentityCodes: true
    """

  /// Without keys of its own an issuer says itself where they are.
  @Test func keysMayBeDiscovered() throws {
    let text = Self.whole.replacing("    jwks: https://login.example.fi/jwks.json\n", with: "")
    let issuer = try #require(try InstallationFile.parse(text, file: "x.yaml").issuers.first)
    #expect(issuer.keys == nil)
  }

  @Test func anIssuerIsNamedOnce() throws {
    let text =
      "issuers:\n" + String(repeating: "  - { url: a, audience: b, algorithms: [], vouchesFor: [staff] }\n", count: 2)
    let error = try #require(throws: PolicyFileError.self) { try InstallationFile.parse(text, file: "x.yaml") }
    #expect(error.line == 3 && error.description.contains("named once"))
  }

  @Test func readsWhatItSays() throws {
    let file = try InstallationFile.parse(Self.whole, file: "x.yaml")
    let issuer = try #require(file.issuers.first)
    #expect(issuer.url == "https://login.example.fi")
    #expect(issuer.vouchesForCustomers && !issuer.vouchesForStaff)
    #expect(issuer.claims == ["hetu": ["nin"], "name": ["/person/name", "name"]])
    #expect(issuer.keys == "https://login.example.fi/jwks.json" && issuer.authorityFile == "ca.pem")
    #expect(issuer.types == ["at+jwt"] && issuer.clients == ["portal"])
    #expect(file.temporaryIdentityCodes)
    #expect(file.operators == [.init(issuer: "https://staff.example.fi", subject: "0b9a")])
    #expect(file.maximumFileSize == 1000)
    #expect(file.trustedProxies == [AddressRange("10.0.0.0/8"), AddressRange("2001:db8::1")].compactMap { $0 })
    #expect(file.trustedProxies.count == 2)
    #expect(file.events == EventLimits(streams: 7, heartbeat: .seconds(15)))
    #expect(try InstallationFile.parse("", file: "x.yaml") == .empty)
  }

  @Test(arguments: [
    ("url: https", "urle: https", 2, "unknown key"),
    ("[customers]", "[everybody]", 2, "staff or customers"),
    ("    assurance: [loa2]\n", "", 2, "assurance"),
    ("maximumFileSize: 1000", "maximumFileSize: many", 14, "whole number"),
    ("10.0.0.0/8", "10.0.0.0/33", 15, "an address or a range"),
    ("eventStreams: 7", "eventStreams: 0", 14, "1 to 1,000,000"),
    ("temporaryIdentityCodes: true", "temporaryIdentityCodes: perhaps", 16, "true or false"),
    ("issuers:", "issuers", 2, "not YAML"),
  ])
  func saysWhereItIsWrong(_ old: String, _ new: String, _ line: Int, _ words: String) throws {
    let text = Self.whole.replacing(old, with: new)
    let error = try #require(throws: PolicyFileError.self) { try InstallationFile.parse(text, file: "x.yaml") }
    #expect(error.description.contains(words))
    #expect(error.file == "x.yaml")
    if words != "not YAML" { #expect(error.line == line) }
  }
}
