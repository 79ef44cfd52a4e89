import TestSupport
import Testing

@testable import HTTPAPI

@Suite struct JSONParserTests {
  @Test(
    arguments: [
      ("null", .null), (" true\n", .bool(true)), ("false", .bool(false)), ("0", .number("0")),
      ("-12.5e+3", .number("-12.5e+3")), (#""a\"\\\/\b\f\n\r\tä""#, .string("a\"\\/\u{8}\u{C}\n\r\tä")),
      (#""\u00e4\ud83d\ude00""#, .string("ä😀")), ("[]", .array([])),
      ("[1, [2]]", .array([.number("1"), .array([.number("2")])])),
      (
        #"{ "a" : {} , "b":null}"#,
        .object([JSONMember(name: "a", value: .object([])), JSONMember(name: "b", value: .null)])
      ),
    ] as [(String, JSONValue)])
  func parses(_ text: String, _ expected: JSONValue) throws {
    #expect(try JSONParser.parse(Array(text.utf8)) == expected)
  }

  /// Texts that some reader somewhere accepts, and where each goes wrong.
  static let hostile: [(String, Int, Int)] = [
    ("", 1, 1), ("  ", 1, 3), ("{", 1, 2), ("[", 1, 2), (#"{"a""#, 1, 5), (#"{"a":"#, 1, 6), (#"{"a":1"#, 1, 7),
    ("[1,]", 1, 4), (#"{"a":1,}"#, 1, 8), ("[1 2]", 1, 4), (#"{"a" 1}"#, 1, 6), ("{a:1}", 1, 2), ("{'a':1}", 1, 2),
    ("[,1]", 1, 2), ("1 2", 1, 3), ("{} {}", 1, 4), ("nul", 1, 1), ("True", 1, 1), ("NaN", 1, 1), ("Infinity", 1, 1),
    ("-", 1, 2), ("01", 1, 1), ("-01", 1, 2), ("1.", 1, 3), (".5", 1, 1), ("+1", 1, 1), ("1e", 1, 3), ("0x10", 1, 2),
    (#""a"#, 1, 3), (#""\x""#, 1, 2), (#""\"#, 1, 3), (#""\u12""#, 1, 6), (#""\u12g4""#, 1, 6), ("\"\u{1}\"", 1, 2),
    ("\"a\nb\"", 1, 3), (#""\u0000""#, 1, 2), ("\"\0\"", 1, 2), (#""\ud800""#, 1, 2), (#""\udc00""#, 1, 2),
    (#""\ud800\ud800""#, 1, 2), (#""\ud800A""#, 1, 2), (#""\ud83dx""#, 1, 2), ("\u{FEFF}{}", 1, 1),
    (#"{"a":1,"a":2}"#, 1, 8), (#"{"a":1,"\u0061":2}"#, 1, 8), ("// c\n1", 1, 1), ("{\n  \"ä\": x\n}", 2, 8),
    ("\u{A0}1", 1, 1), (String(repeating: "9", count: 65), 1, 1),
  ]

  @Test(arguments: hostile)
  func refuses(_ text: String, line: Int, column: Int) throws {
    let error = #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array(text.utf8)) }
    #expect(error?.line == line)
    #expect(error?.column == column, "\(error?.reason ?? "")")
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0xFF, 0xFE, 0x31, 0x00], [0x31, 0x00],
    ] as [[UInt8]])
  func refusesWhatIsNoUTF8(_ bytes: [UInt8]) {
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(bytes) }
  }

  @Test(arguments: [("[", "]"), (#"{"a":"#, "}")])
  func boundsDepth(_ open: String, _ close: String) throws {
    let deepest = JSONParser.maximumDepth
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
    }
    #expect(throws: Never.self) { try JSONParser.parse(nested(deepest)) }
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(nested(deepest + 1)) }
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(nested(1_000_000)) }
  }

  @Test func survivesMutations() {
    var generator = SplitMix64(seed: testSeed)
    var refused = 0
    let original = Array(#"{"title":"ä\u00e4","customers":[{"hetu":"x","n":-1.5e3}],"ok":true,"none":null}"#.utf8)
    for _ in 0..<5000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      // Either outcome is fine; a trap is not.
      do { _ = try JSONParser.parse(bytes) } catch { refused += 1 }
    }
    #expect((1..<5000).contains(refused), "OHJAUSTILA_SEED=\(testSeed)")
  }
}
