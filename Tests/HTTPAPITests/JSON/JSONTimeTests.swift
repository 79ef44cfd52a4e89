import Lifecycle
import Testing

@testable import HTTPAPI

@Suite struct JSONTimeTests {
  private func day(_ text: String) throws -> CivilDate {
    try JSONBody(Array(#"{"until":"\#(text)"}"#.utf8)).object { try $0.day("until") }
  }

  @Test func writesInstantsAndDays() throws {
    var json = JSONWriter()
    json.object { json in
      json.member("at", Instant(microseconds: 0))
      json.member("never", Instant.distantFuture)
      json.member("on", CivilDate(year: 2028, month: 2, day: 29))
      json.optional("left", nil as Instant?)
    }
    let text = String(decoding: json.bytes, as: UTF8.self)
    #expect(text == #"{"at":"1970-01-01T00:00:00Z","never":null,"on":"2028-02-29"}"#)
  }

  @Test func readsDays() throws {
    #expect(try day("2027-12-31") == CivilDate(year: 2027, month: 12, day: 31))
  }

  @Test(arguments: [
    "2027-02-29", "2027-13-01", "27-01-01", "2027-1-01", "2027-01-01Z", "+027-01-01", "2027/01/01", "", "٢٠٢٧-٠١-٠١",
  ])
  func refusesOtherDays(_ text: String) {
    #expect(throws: InvalidMember.self) { try day(text) }
  }

  @Test(arguments: [("2027-03-01T00:00:00Z", true), ("2027-03-01", false), ("x", false)])
  func readsInstants(_ text: String, _ valid: Bool) {
    let result = try? JSONBody(Array(#"{"at":"\#(text)"}"#.utf8)).object { try $0.instant("at") }
    #expect((result != nil) == valid)
  }
}
