import Testing

@testable import HTTPAPI

@Suite struct JSONWriterTests {
  private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    write(&json)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  @Test func nestsAndSeparates() {
    let result = text { json in
      json.object { json in
        json.member("a", 1)
        json.array("b") { json in
          json.write(true)
          json.writeNull()
          json.object { _ in }
          json.array { _ in }
        }
        json.object("c") { json in json.member("d", "e") }
        json.optional("left out", nil as String?)
        json.member("kept", nil as String?)
        json.member("tags", ["x", "y"])
      }
    }
    #expect(result == #"{"a":1,"b":[true,null,{},[]],"c":{"d":"e"},"kept":null,"tags":["x","y"]}"#)
  }

  @Test(arguments: [
    ("", #""""#), ("plain", #""plain""#), ("ä€😀", #""ä€😀""#), (#"a"b\c"#, #""a\"b\\c""#),
    ("\n\r\t\u{1}\u{1f}", #""\n\r\t\u0001\u001f""#), ("\"", #""\"""#), ("\0", #""\u0000""#),
  ])
  func escapes(_ value: String, _ expected: String) {
    #expect(text { $0.write(value) } == expected)
  }

  @Test(arguments: [
    (0, "0"), (7, "7"), (-1, "-1"), (1_234_567_890, "1234567890"), (Int64.max, "9223372036854775807"),
    (Int64.min, "-9223372036854775808"),
  ])
  func writesNumbers(_ value: Int64, _ expected: String) {
    #expect(text { $0.write(value) } == expected)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999999Z"), (951_782_400_000_000, "2000-02-29T00:00:00Z"),
    (1_803_859_200_000_000, "2027-03-01T00:00:00Z"), (1_500, "1970-01-01T00:00:00.001500Z"),
    (2_000, "1970-01-01T00:00:00.002Z"), (253_402_300_799_000_000, "9999-12-31T23:59:59Z"),
    (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
  ])
  func writesInstants(_ value: Int64, _ expected: String) {
    #expect(text { $0.write(microseconds: value) } == "\"\(expected)\"")
  }

  @Test(arguments: [Int64.max, .min, 253_402_300_800_000_000, -62_135_596_800_000_001])
  func infinitiesAreNull(_ value: Int64) {
    #expect(text { $0.write(microseconds: value) } == "null")
  }

  @Test func writesDays() {
    #expect(text { $0.write(year: 2027, month: 3, day: 1) } == #""2027-03-01""#)
  }

  @Test func whatIsWrittenReadsBack() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let scalars = (0..<20).compactMap { _ in Unicode.Scalar(UInt32.random(in: 1...0x10FFFF, using: &generator)) }
      let value = String(String.UnicodeScalarView(scalars))
      let parsed = try JSONParser.parse(Array(text { $0.write(value) }.utf8))
      #expect(parsed == .string(value), "\(scalars)")
    }
  }
}
