import Testing

@testable import HTTPAPI

/// What is read from a token's claims about a person, and under which names.
@Suite struct ClaimTests {
  private func reader(_ json: String) throws -> ClaimReader {
    ClaimReader(claims: try JSONParser.parse(Array(json.utf8)))
  }

  @Test(
    arguments: [
      (#"{"urn:oid:1.2.246.21":"h"}"#, "h"), (#"{"1.2.246.21":"h"}"#, "h"), (#"{"urn:oid:1.2.246.21":["h"]}"#, "h"),
      (#"{"urn:oid:1.2.246.21":"","1.2.246.21":"h"}"#, "h"), (#"{"urn:oid:1.2.246.21":["h","i"]}"#, nil),
      (#"{"urn:oid:1.2.246.21":[]}"#, nil), (#"{"urn:oid:1.2.246.21":1}"#, nil), (#"{"hetu":"h"}"#, nil), ("{}", nil),
    ] as [(String, String?)])
  func suomiFiNamesAreKnown(_ claims: String, _ hetu: String?) throws {
    #expect(try reader(claims).attribute(ClaimNames().hetu) == hetu)
  }

  @Test(
    arguments: [
      ("/a/b", #"{"a":{"b":"x"}}"#, "x"), ("/a~1b/c~0d", #"{"a/b":{"c~d":"x"}}"#, "x"), ("/a/b", #"{"/a/b":"x"}"#, nil),
      ("/a/b/c", #"{"a":{"b":"x"}}"#, nil), ("/a", #"{"a":{"b":"x"}}"#, nil), ("a.b", #"{"a.b":"x"}"#, "x"),
    ] as [(String, String, String?)])
  func nestedClaimsHaveAPath(_ name: String, _ claims: String, _ value: String?) throws {
    #expect(try reader(claims).attribute([name]) == value)
  }

  @Test(arguments: [
    (#""1""#, true), ("1", true), ("true", true), (#""true""#, true), (#"["1"]"#, true), (#"["0","1"]"#, true),
    (#""0""#, false), ("0", false), ("false", false), ("null", false), (#""""#, false), ("[]", false),
  ])
  func aNonDisclosureOrderIsReadInEveryForm(_ value: String, _ says: Bool) throws {
    for name in ["urn:oid:1.2.246.517.2002.2.27", "1.2.246.517.2002.2.27"] {
      #expect(try reader(#"{"\#(name)":\#(value)}"#).flag(ClaimNames().nonDisclosure) == says)
    }
  }

  /// Where two claims disagree, the person is protected.
  @Test func theOrderThatProtectsCounts() throws {
    let claims = #"{"urn:oid:1.2.246.517.2002.2.27":"0","1.2.246.517.2002.2.27":"1"}"#
    #expect(try reader(claims).flag(ClaimNames().nonDisclosure))
  }
}
