import Foundation
import TestSupport
import Testing

@testable import Lifecycle

@Suite struct ZoneFileFormatTests {
  private let bytes =
    (try? Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Helsinki"))).map(Array.init) ?? []

  @Test func neverReadsBeyondWhatItIsGiven() {
    for length in 0..<bytes.count {
      #expect(throws: ZoneError.self) { try CivilZone(name: "x", tzif: Array(bytes[..<length])) }
    }
  }

  @Test func survivesAnyByte() {
    var random = SplitMix64(seed: testSeed)
    for _ in 0..<3000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let zone = try? CivilZone(name: "x", tzif: damaged) else { continue }
      _ = zone.startOfDay(zone.date(of: Instant(microseconds: 0)))
    }
  }

  @Test func readsEveryZoneOfTheSystem() throws {
    let root = "/usr/share/zoneinfo"
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    var read = 0
    for name in names where !name.hasPrefix("right/") {
      guard let data = FileManager.default.contents(atPath: "\(root)/\(name)"), data.starts(with: Data("TZif".utf8))
      else { continue }
      let zone = try CivilZone(name: name, tzif: Array(data))
      let date = CivilDate(year: 2026, month: 7, day: 1) ?? .min
      #expect(zone.date(of: zone.startOfDay(date)) == date, "\(name)")
      read += 1
    }
    #expect(read > 300)
  }

  @Test(arguments: [
    ("EET-2EEST,M3.5.0/3,M10.5.0/4", 2026, ["2026-03-29T01:00:00Z 10800", "2026-10-25T01:00:00Z 7200"]),
    ("EST5EDT,M3.2.0,M11.1.0", 2026, ["2026-03-08T07:00:00Z -14400", "2026-11-01T06:00:00Z -18000"]),
    ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2026, ["2026-03-29T01:00:00Z -3600", "2026-10-25T01:00:00Z -7200"]),
    ("AAA0BBB,J60/0,J365/24", 2024, ["2024-03-01T00:00:00Z 3600", "2024-12-31T23:00:00Z 0"]),
    ("AAA0BBB-0:30,59/0,365/0", 2024, ["2024-02-29T00:00:00Z 1800", "2024-12-30T23:30:00Z 0"]),
    ("<+0545>-5:45", 2026, []),
  ])
  func expandsRules(_ text: String, _ year: Int, _ expected: [String]) throws {
    let changes = try PosixRule(text).changes(in: year)
    #expect(changes.map { "\(Instant(microseconds: $0.at * 1_000_000)) \($0.offset)" } == expected)
  }

  @Test(arguments: ["", "EET", "E-2", "EET-2EEST", "EET-2EEST,M3.5.0", "EET-2EEST,M13.5.0,M10.5.0", "EET-2x", "<EET-2"])
  func refusesRules(_ text: String) {
    #expect(throws: ZoneError.badRule(text)) { try PosixRule(text) }
  }
}
