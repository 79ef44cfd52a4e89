import Foundation
import Testing

/// Personal identity codes, addresses, names and subjects of customers are looked for in everything that the service
/// leaves behind or says: logs at trace level, PostgreSQL's log, every byte of every answer, and the dump of the database.
@Suite struct SecrecyTests {
  /// The search would find them: in each form, in the midst of something.
  @Test(arguments: Plant.allCases) func everyFormIsFound(_ plant: Plant) {
    for (text, form) in plant.forms {
      #expect(form.count >= 8, "\(text)")
      #expect(plant.found(in: Array("…{\"x\":\"".utf8) + form + Array("\"}…".utf8)).contains(text))
    }
    for text in plant.texts {
      for prefix in ["", "a", "ab", "abc"] {
        let encoded = Data((prefix + text + "zz").utf8).base64EncodedString()
        #expect(plant.found(in: Array(encoded.utf8)).contains(text), "\(prefix)")
      }
    }
    #expect(plant.found(in: Array(#"{"status":"ready"} 0a1b2c3d 010190-1234 somebody@example.fi"#.utf8)).isEmpty)
  }

  @Test(.timeLimit(.minutes(10))) func nothingTellsOfAnybody() async throws {
    try await Premises.with { premises in
      var tour = SecretTour()
      try await tour.walk(&premises)
      let during = try await premises.dump()
      try await tour.goWrong(&premises)
      try await tour.end(&premises)
      let after = try await premises.dump()

      for recording in premises.recorder.recordings {
        for plant in Plant.allCases where !recording.mayTell.contains(plant) {
          #expect(plant.found(in: recording.bytes).isEmpty, "\(recording.request)")
        }
      }
      for (name, log) in try premises.logs().merging(["dump": during, "last dump": after], uniquingKeysWith: { $1 }) {
        for plant in Plant.allCases {
          let found = plant.found(in: log)
          #expect(found.isEmpty, "\(name): \(lines(of: log, with: plant))")
        }
      }
      // What was looked through is what was to be looked through.
      #expect(premises.recorder.recordings.count > 60)
      let log = String(decoding: try premises.logs()["copy-1.log"] ?? [], as: UTF8.self)
      #expect(log.contains(" trace ") && log.contains("route=/v1/spaces/{space}/participants"))
      #expect(log.contains("could not be loaded"), "the provider's nonsense")
      let dump = String(decoding: during, as: UTF8.self)
      #expect(dump.contains("INSERT INTO ohjaustila.person ") && dump.contains("Olli Ohjaaja"))
    }
  }

  private func lines(of log: [UInt8], with plant: Plant) -> [String] {
    log.split(separator: UInt8(ascii: "\n")).filter { !plant.found(in: Array($0)).isEmpty }.prefix(5)
      .map { String(decoding: $0.prefix(1000), as: UTF8.self) }
  }
}
