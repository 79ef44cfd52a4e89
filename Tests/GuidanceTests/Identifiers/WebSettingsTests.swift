import Testing

@testable import Guidance

/// How the configuration file says what the network sees, and how often somebody may ask.
@Suite struct WebSettingsTests {
  private func parse(_ text: String) throws -> InstallationFile { try InstallationFile.parse(text, file: "x.yaml") }

  @Test func readsWhatItSays() throws {
    let file = try parse(
      """
      tls: { certificate: /etc/tls.pem, key: /etc/tls.key }
      hosts: [api.example.fi]
      origins: ["https://ohjaus.example.fi", "http://localhost:5173"]
      limits: { requestsPerMinute: 7, searchesPerMinute: 1, connectionsPerAddress: 9 }
      """)
    #expect(file.web.tls == .init(certificate: "/etc/tls.pem", key: "/etc/tls.key"))
    #expect(file.web.hosts == ["api.example.fi"])
    #expect(file.web.origins == ["https://ohjaus.example.fi", "http://localhost:5173"])
    var rates = RateLimits.standard
    rates.perCaller = 7
    rates.searches = 1
    rates.connectionsPerAddress = 9
    #expect(file.rates == rates)
  }

  /// Nobody's pages, any name, in clear; and whether anybody counts is the program's to say.
  @Test func saysNothingOfWhatItDoesNotName() throws {
    let file = try parse("limits: { openUploads: 3 }")
    #expect(file.web == WebSettings() && file.rates == nil)
  }

  @Test func saysHowMuchASpaceHolds() throws {
    var limits = SpaceLimits()
    #expect(try parse("limits: { openUploads: 3 }").space == limits)
    (limits.bytes, limits.files, limits.messages) = (5, 6, 7)
    #expect(try parse("limits: { spaceBytes: 5, spaceFiles: 6, spaceMessages: 7 }").space == limits)
    #expect(throws: PolicyFileError.self) { try parse("limits: { spaceBytes: 0 }") }
  }

  @Test(arguments: [
    ("origins: ['*']", "an exact origin"), ("origins: ['https://*.example.fi']", "an exact origin"),
    ("origins: ['https://a.example.fi/']", "an exact origin"), ("origins: ['null']", "an exact origin"),
    ("origins: ['https://A.example.fi']", "an exact origin"), ("origins: ['https://']", "an exact origin"),
    ("hosts: ['api.example.fi:443']", "a host's name"), ("hosts: [API.example.fi]", "a host's name"),
    ("hosts: ['']", "a host's name"), ("tls: { certificate: a.pem }", "key"),
    ("tls: { certificate: a.pem, key: b.pem, password: c }", "unknown key"),
    ("limits: { requestsPerMinute: 0 }", "1 to 1,000,000"), ("limits: { linksPerMinute: -1 }", "1 to 1,000,000"),
  ])
  func refusesWhatCannotBeMeant(_ text: String, _ words: String) throws {
    let error = try #require(throws: PolicyFileError.self) { try parse(text) }
    #expect(error.description.contains(words), "\(error)")
  }
}
