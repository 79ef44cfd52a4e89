import ArchiveFormat
import Foundation
import Testing

@Suite struct SpaceJSONTests {
  private func parse(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test(arguments: [(0, 0), (1, 0), (0, 1), (5, 3)])
  func parsesBackWhateverPeopleWrote(messages: Int, files: Int) throws {
    let document = SampleSpace.document(messages: messages, files: files)
    let bytes = SampleSpace.render(SpaceJSONRenderer(document), messages: messages, files: files)
    let space = try parse(bytes)
    #expect(space["format"] as? String == "ohjaustila.space")
    #expect(space["version"] as? Int == 1)
    #expect(space["title"] as? String == SampleSpace.hostile)
    #expect(space["contentAsOf"] as? String == "2026-03-09T10:00:00Z")
    let list = try #require(space["messages"] as? [[String: Any]])
    #expect(list.map { $0["number"] as? Int } == Array(1..<(messages + 1)).map(Optional.some))
    #expect(list.allSatisfy { $0["text"] as? String == SampleSpace.hostile })
    let attachments = try #require(space["files"] as? [[String: Any]])
    #expect(attachments.count == files)
    #expect(attachments.allSatisfy { $0["size"] as? UInt64 == 5_368_709_120 })
    #expect(bytes == SampleSpace.render(SpaceJSONRenderer(document), messages: messages, files: files))
  }

  @Test func nothingIsNull() throws {
    let document = SampleSpace.document(messages: 0, files: 0)
    let space = try parse(SampleSpace.render(SpaceJSONRenderer(document), messages: 0, files: 0))
    #expect((space["controller"] as? [String: Any])?["name"] is NSNull)
    let days = (space["timeline"] as? [String: Any])?["lastDays"] as? [String: Any]
    #expect(days?["active"] as? String == "2026-06-01")
    #expect(days?["archived"] is NSNull)
  }

  @Test func controlsAndLineSeparatorsAreEscaped() throws {
    let text = "\u{0}\u{8}\u{1F}\u{7F}\u{2028}\u{2029}\u{20A8}\"\\/\n\r\té😀"
    let document = SampleSpace.document(messages: 1, files: 0, text: text)
    let bytes = SampleSpace.render(SpaceJSONRenderer(document), messages: 1, files: 0, text: text)
    let written = String(decoding: bytes, as: UTF8.self)
    #expect(written.contains(#""\u0000\u0008\u001f\u007f\u2028\u2029\#u{20A8}\"\\/\n\r\té😀""#))
    #expect(try parse(bytes)["title"] as? String == text)
  }

  @Test func theManifestParsesBack() throws {
    var manifest = ManifestRenderer(
      spaceID: "s", contentAsOf: SampleSpace.instant(day: 9), language: .sv, keyID: "k")
    var bytes: [UInt8] = []
    manifest.entry(path: "index.html", size: 1, sha256: "00", into: &bytes)
    manifest.entry(path: "files/\"ä\".pdf", size: UInt64(Int64.max), sha256: "01", into: &bytes)
    manifest.end(into: &bytes)
    let parsed = try parse(bytes)
    #expect(parsed["rendererVersion"] as? Int == RendererVersion.current)
    let entries = try #require(parsed["entries"] as? [[String: Any]])
    #expect(entries.map { $0["path"] as? String } == ["index.html", "files/\"ä\".pdf"])
    #expect(entries[1]["size"] as? Int64 == Int64.max)
  }
}
