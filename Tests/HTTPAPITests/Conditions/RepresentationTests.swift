import HTTPTypes
import Testing

@testable import HTTPAPI

/// What conditions and ranges come to: RFC 9110 §13 and §14, header by header.
@Suite struct RepresentationTests {
  private static let tag = #""abc""#
  private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"
  private static let before = "Sun, 06 Nov 1994 08:49:36 GMT"
  private static let after = "Sun, 06 Nov 1994 08:49:38 GMT"
  /// 100 bytes.
  static let some = Representation(
    entityTag: EntityTag("abc"), lastModified: HTTPDate(field: "Sun, 06 Nov 1994 08:49:37 GMT"), length: 100)

  /// One request and what comes of it.
  struct Case: Sendable, CustomTestStringConvertible {
    let fields: HTTPFields
    let selection: Representation.Selection
    var method = HTTPRequest.Method.get
    var testDescription: String { fields.map { "\($0.name): \($0.value)" }.joined(separator: " · ") }

    init(
      _ fields: HTTPFields, _ selection: Representation.Selection, _ method: HTTPRequest.Method = .get
    ) {
      (self.fields, self.selection, self.method) = (fields, selection, method)
    }
  }

  private static let ranges: [Case] = [
    Case([:], .whole),
    Case([.range: "bytes=0-0"], .part(0..<1)), Case([.range: "bytes=0-99"], .part(0..<100)),
    Case([.range: "bytes=0-"], .part(0..<100)), Case([.range: "bytes=99-"], .part(99..<100)),
    Case([.range: "bytes=10-19"], .part(10..<20)), Case([.range: "bytes=10-1000"], .part(10..<100)),
    Case([.range: "BYTES=10-19"], .part(10..<20)), Case([.range: "bytes= 10-19 "], .part(10..<20)),
    Case([.range: "bytes=-1"], .part(99..<100)), Case([.range: "bytes=-1000"], .part(0..<100)),
    Case([.range: "bytes=0-99999999999999999999999"], .part(0..<100)),
    Case([.range: "bytes=-99999999999999999999999"], .part(0..<100)),
    Case([.range: "bytes=100-"], .unsatisfiable), Case([.range: "bytes=100-200"], .unsatisfiable),
    Case([.range: "bytes=99999999999999999999999-"], .unsatisfiable), Case([.range: "bytes=-0"], .unsatisfiable),
    Case([.range: "bytes=100-,-0"], .unsatisfiable), Case([.range: "bytes=100-,5-6"], .part(5..<7)),
    Case([.range: "bytes=0-9,10-19"], .part(0..<20)), Case([.range: "bytes=10-19, 0-12"], .part(0..<20)),
    Case([.range: "bytes=0-9,,20-29,5-25"], .part(0..<30)), Case([.range: "bytes=50-,-60"], .part(40..<100)),
    Case([.range: "bytes=0-9,11-19"], .whole), Case([.range: "bytes=0-0,-1"], .whole),
    Case([.range: "bytes=20-10"], .whole), Case([.range: "bytes=0-1,20-10"], .whole),
    Case([.range: "bytes=99999999999999999999999-99999999999999999999998"], .whole),
    Case([.range: "bytes=a-b"], .whole), Case([.range: "bytes=-"], .whole), Case([.range: "bytes="], .whole),
    Case([.range: "bytes=,"], .whole), Case([.range: "bytes=1"], .whole), Case([.range: "bytes=1-2-3"], .whole),
    Case([.range: "bytes=+1-2"], .whole), Case([.range: "bytes=1 -2"], .whole), Case([.range: "bytes =1-2"], .whole),
    Case([.range: "bytes=１-2"], .whole), Case([.range: "items=0-1"], .whole), Case([.range: "0-1"], .whole),
    Case([.range: "bytes=0-1, bytes=4-5"], .whole), Case([.range: ""], .whole),
    Case([.range: "bytes=0-1"], .whole, .head), Case([.range: "bytes=100-"], .whole, .head),
  ]

  private static let resumptions: [Case] = [
    Case([.range: "bytes=5-", .ifRange: tag], .part(5..<100)),
    Case([.range: "bytes=5-", .ifRange: date], .part(5..<100)),
    Case([.range: "bytes=5-", .ifRange: #""other""#], .whole),
    Case([.range: "bytes=5-", .ifRange: "W/\(tag)"], .whole),
    Case([.range: "bytes=5-", .ifRange: before], .whole), Case([.range: "bytes=5-", .ifRange: after], .whole),
    Case([.range: "bytes=5-", .ifRange: "abc"], .whole), Case([.range: "bytes=5-", .ifRange: "*"], .whole),
    Case([.range: "bytes=5-", .ifRange: "\(tag), \(tag)"], .whole),
    Case([.range: "bytes=100-", .ifRange: tag], .unsatisfiable),
    Case([.range: "bytes=100-", .ifRange: #""other""#], .whole), Case([.ifRange: tag], .whole),
    Case([.range: "bytes=5-", .ifRange: "Sunday, 06-Nov-94 08:49:37 GMT"], .part(5..<100)),
    Case([.range: "bytes=5-", .ifRange: "Sun Nov  6 08:49:37 1994"], .part(5..<100)),
    Case([.range: "bytes=5-", .ifRange: tag, .ifMatch: tag], .part(5..<100)),
    Case([.range: "bytes=5-", .ifRange: #""other""#, .ifMatch: #""other""#], .preconditionFailed),
  ]

  private static let conditions: [Case] = [
    Case([.ifMatch: tag], .whole), Case([.ifMatch: "*"], .whole), Case([.ifMatch: #""x", "abc""#], .whole),
    Case([.ifMatch: #""x""#], .preconditionFailed), Case([.ifMatch: "W/\(tag)"], .preconditionFailed),
    Case([.ifMatch: "abc"], .preconditionFailed), Case([.ifMatch: ""], .preconditionFailed),
    Case([.ifMatch: #""x"#], .preconditionFailed), Case([.ifMatch: "*, \(tag)"], .preconditionFailed),
    Case([.ifMatch: #""a,b", "abc""#], .whole), Case([.ifMatch: #", ,"abc","#], .whole),
    Case([.ifNoneMatch: tag], .notModified), Case([.ifNoneMatch: "W/\(tag)"], .notModified),
    Case([.ifNoneMatch: "*"], .notModified), Case([.ifNoneMatch: #""x", W/"abc""#], .notModified),
    Case([.ifNoneMatch: #""x""#], .whole), Case([.ifNoneMatch: "abc"], .whole),
    Case([.ifNoneMatch: tag], .notModified, .head), Case([.ifMatch: #""x""#], .preconditionFailed, .head),
    Case([.ifModifiedSince: date], .notModified), Case([.ifModifiedSince: after], .notModified),
    Case([.ifModifiedSince: before], .whole), Case([.ifModifiedSince: "yesterday"], .whole),
    Case([.ifUnmodifiedSince: date], .whole), Case([.ifUnmodifiedSince: after], .whole),
    Case([.ifUnmodifiedSince: before], .preconditionFailed), Case([.ifUnmodifiedSince: "yesterday"], .whole),
    // Precedence (§13.2.2): tags before dates, matching before not matching, and ranges last.
    Case([.ifMatch: tag, .ifUnmodifiedSince: before], .whole),
    Case([.ifMatch: #""x""#, .ifUnmodifiedSince: after], .preconditionFailed),
    Case([.ifNoneMatch: #""x""#, .ifModifiedSince: date], .whole),
    Case([.ifNoneMatch: tag, .ifModifiedSince: before], .notModified),
    Case([.ifMatch: tag, .ifNoneMatch: tag], .notModified),
    Case([.ifMatch: #""x""#, .ifNoneMatch: tag], .preconditionFailed),
    Case([.ifUnmodifiedSince: before, .ifNoneMatch: tag], .preconditionFailed),
    Case([.ifNoneMatch: tag, .range: "bytes=0-1"], .notModified),
    Case([.ifNoneMatch: #""x""#, .range: "bytes=0-1"], .part(0..<2)),
    Case([.ifModifiedSince: before, .range: "bytes=100-"], .unsatisfiable),
  ]

  @Test(arguments: ranges + resumptions + conditions) func isAnsweredAsTheRFCSays(_ case: Case) {
    #expect(Self.some.selection(for: `case`.method, `case`.fields) == `case`.selection)
  }

  /// Of bytes that may change within their second no date is told, and none counts.
  @Test func withoutADateOnlyTagsCount() {
    let undated = Representation(entityTag: EntityTag("abc"), lastModified: nil, length: 100)
    for (fields, selection) in [
      ([.range: "bytes=5-", .ifRange: Self.date], .whole), ([.range: "bytes=5-", .ifRange: Self.tag], .part(5..<100)),
      ([.ifModifiedSince: Self.date], .whole), ([.ifUnmodifiedSince: Self.before], .whole),
    ] as [(HTTPFields, Representation.Selection)] {
      #expect(undated.selection(for: .get, fields) == selection)
    }
  }

  /// Of nothing any range is the whole: a range of no bytes can't be told.
  @Test(arguments: ["bytes=0-", "bytes=-5", "bytes=5-9", "bytes=-0"]) func nothingHasNoRanges(_ range: String) {
    let empty = Representation(entityTag: EntityTag("abc"), lastModified: nil, length: 0)
    #expect(empty.selection(for: .get, [.range: range]) == .whole)
  }

  @Test func tagsMayHoldAnything() {
    #expect(EntityTag(field: #"W/"a,b \ é""#) == nil)
    #expect(EntityTag(field: #" W/"a,b\é" "#)?.isWeak == true)
    #expect(EntityTag(field: "W/") == nil && EntityTag(field: #"w/"a""#) == nil && EntityTag(field: #""a" "b""#) == nil)
    // Equal to Swift, different bytes.
    #expect(EntityTag(field: "\"\u{E9}\"") != EntityTag(field: "\"e\u{301}\""))
    #expect(EntityTag(field: #""""#)?.field == #""""#)
  }
}
