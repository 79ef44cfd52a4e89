import Foundation
import Lifecycle
import Testing

@testable import Guidance

/// The policy files of the repository and what the loader refuses.
@Suite struct PolicyFileTests {
  /// The repository's Policies folder.
  static let folder: String = {
    var url = URL(filePath: #filePath)
    while url.path != "/", !FileManager.default.fileExists(atPath: url.path + "/Policies/ohjaustila.yaml") {
      url.deleteLastPathComponent()
    }
    return url.path + "/Policies"
  }()

  static let yaml = (try? String(contentsOfFile: folder + "/ohjaustila.yaml", encoding: .utf8)) ?? ""

  @Test func loadsTheGuidanceSpaces() throws {
    let policies = try PolicyFile.loadFolder(Self.folder)
    let policy = try #require(policies.first { $0.register == "ohjaustila" })
    #expect(policy.version == 1 && policy.zoneName == "Europe/Helsinki")
    #expect(Boundary.allCases.map { policy.stages.before($0).period.description } == ["P3M", "P3M", "P0D", "P12M"])
    #expect(
      policy.notices.map { "\($0.code) \($0.boundary) \($0.daysBefore)" } == [
        "closingSoon closing 14", "closed closing 0", "archivingSoon archiving 14", "archived archiving 0",
        "erasureInAMonth erasing 30", "erasureInAWeek erasing 7", "erased erasing 0",
      ])
    #expect(policy.notices.map(\.recipients.count) == [2, 2, 2, 1, 1, 1, 1])
    #expect(
      policy.holds.map { "\($0.reason) \($0.cap) \($0.needsSecondApproval)" } == [
        "legalClaim P12M true", "supervisoryOrder P12M true",
      ])
    #expect(policy.reasons == ["guidanceEnded", "counsellorUnavailable", "customerRequest", "other"])
    #expect(policy.releaseGrace.description == "P14D" && policy.authenticationLeeway == .seconds(60))
    #expect(policy.stages.archive.source.contains("kahdeksitoista (12) kuukaudeksi"))
  }

  /// One line replaced → the line, key and words of the error.
  @Test(arguments: [
    ("version: 1\n", "version: one\n", 5, "version", "whole number"),
    ("version: 1\n", "version: \"1\"\n", 5, "version", "whole number"),
    ("version: 1\n", "version: 0\n", 5, "version", "count from 1"),
    ("title: Ohjaustilat", "title: 12", 6, "title", "a text"),
    ("title: Ohjaustilat", "titel: Ohjaustilat", 6, "titel", "unknown key"),
    ("title: Ohjaustilat\n", "", 4, "", "the key title is missing"),
    (
      "    period: P3M\n    source: >-\n      \"ohj", "    period: 3M\n    source: >-\n      \"ohj", 13,
      "stages.inactivity.period", "expected P"
    ),
    (
      "code: closed, boundary: closing", "code: closed, boundary: shutting", 35, "notices[1].boundary", "one of closing"
    ),
    ("before: P7D", "before: P1M", 39, "notices[5].before", "expected days"),
    (
      "to: [customer] }\n  - { code: erasureInAMonth", "to: customer }\n  - { code: erasureInAMonth", 37,
      "notices[3].to", "a list"
    ),
    ("code: erased,", "code: closed,", 34, "notices", "closed occurs twice"),
    ("secondApproval: true", "secondApproval: yes", 47, "holds[0].secondApproval", "true or false"),
    ("releaseGrace: P14D", "releaseGrace: P13M", 60, "releaseGrace", "passes the cap of legalClaim"),
    ("authenticationLeeway: PT60S", "authenticationLeeway: P1D", 63, "authenticationLeeway", "without days"),
    ("releaseGrace: P14D", "releaseGrace: P14D\nreleaseGrace: P14D", 60, "", "given twice: releaseGrace"),
    ("reasons: [", "reasons: [[", 0, "", "not YAML"),
  ])
  func refuses(_ old: String, _ new: String, _ line: Int, _ key: String, _ words: String) throws {
    try #require(Self.yaml.contains(old))
    let range = try #require(Self.yaml.range(of: old))
    let changed = Self.yaml.replacingCharacters(in: range, with: new)
    let error = #expect(throws: PolicyFileError.self) { try PolicyFile.parse(changed, file: "p.yaml") }
    #expect(error?.file == "p.yaml" && error?.key == key && error?.problem.contains(words) == true, "\(error as Any)")
    if line > 0 { #expect(error?.line == line, "\(error as Any)") }
  }

  @Test(arguments: ["", "# nothing\n", "- a\n", "text"])
  func refusesOtherDocuments(_ yaml: String) {
    #expect(throws: PolicyFileError.self) { try PolicyFile.parse(yaml, file: "p.yaml") }
  }

  @Test func refusesFoldersThatContradictThemselves() throws {
    let folder = NSTemporaryDirectory() + "policies-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(throws: PolicyFileError.self) { try PolicyFile.loadFolder(folder) }
    #expect(throws: PolicyFileError.self) { try PolicyFile.loadFolder(folder + "/missing") }
    try Self.yaml.write(toFile: folder + "/b.yaml", atomically: true, encoding: .utf8)
    try Self.yaml.replacing("version: 1", with: "version: 2")
      .write(toFile: folder + "/a.yaml", atomically: true, encoding: .utf8)
    #expect(try PolicyFile.loadFolder(folder).map(\.version) == [1, 2])
    try Self.yaml.write(toFile: folder + "/c.yaml", atomically: true, encoding: .utf8)
    let error = #expect(throws: PolicyFileError.self) { try PolicyFile.loadFolder(folder) }
    #expect(error?.problem == "ohjaustila version 1 is also in b.yaml")
    try Data([0x72, 0xFF]).write(to: URL(filePath: folder + "/d.yaml"))
    #expect(throws: PolicyFileError.self) { try PolicyFile.load(folder + "/d.yaml") }
  }

  @Test func readsZonesByNameOnly() throws {
    let zone = try ZoneFile.load("Europe/Helsinki")
    #expect(zone.name == "Europe/Helsinki" && zone.transitions(from: 2026, through: 2026).count == 2)
    for name in [
      "", "../etc/passwd", "/etc/passwd", "Europe//Helsinki", "Europe/../UTC", "Europe/Helsinki/", "a\u{0}b", ".",
    ] {
      #expect(throws: ZoneFileError.badName(name)) { try ZoneFile.load(name) }
    }
    #expect(throws: ZoneFileError.unreadable("/usr/share/zoneinfo/Europe/Atlantis")) {
      try ZoneFile.load("Europe/Atlantis")
    }
    #expect(throws: ZoneFileError.self) { try ZoneFile.load("passwd", folder: "/etc") }
  }
}
