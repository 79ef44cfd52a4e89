import Foundation
import TestSupport
import Testing

@testable import Guidance

/// The configuration file that docs/operations.md shows.
@Suite struct DocumentedConfigurationTests {
  private let text: String
  private let file: InstallationFile

  init() throws {
    let path = TestInstallation.repository.appending(path: "docs/operations.md")
    let document = try String(contentsOf: path, encoding: .utf8)
    text = String(try #require(document.firstMatch(of: /(?s)<!-- configuration:begin.*?```yaml\n(.*?)```/)).1)
    file = try InstallationFile.parse(text, file: "operations.md")
  }

  /// "The limits are those that hold when the file says nothing of them."
  @Test func theLimitsAreTheDefaults() throws {
    let defaults = GuidanceStore.Options()
    #expect(file.maximumFileSize == defaults.maximumFileSize)
    #expect(file.openUploads == defaults.openUploads)
    #expect(file.uploadLifetimeHours.map { .seconds($0 * 3600) } == defaults.uploadLifetime)
    #expect(file.archiveLinkLifetime == defaults.archiveLinkLifetime)
    #expect(file.erasureLimit == ErasureLimit())
    #expect(file.events == EventLimits())
    #expect(file.rates == .standard)
  }

  /// Also those whose default would hold without being named.
  @Test(arguments: EventLimits.keys + RateLimits.keys + ["maximumErasures", "maximumErasurePercent"])
  func everyLimitIsNamed(_ key: String) {
    #expect(text.contains("\n  \(key): "))
  }

  @Test func everySettingIsShown() throws {
    let issuer = try #require(file.issuers.first)
    #expect(issuer.keys != nil && issuer.authorityFile != nil && !issuer.assurance.isEmpty)
    #expect(!issuer.types.isEmpty && !issuer.clients.isEmpty && !issuer.claims.isEmpty)
    #expect(!file.operators.isEmpty && !file.trustedProxies.isEmpty && file.scanner != nil)
    #expect(file.web.tls != nil && !file.web.hosts.isEmpty && !file.web.origins.isEmpty)
  }
}
