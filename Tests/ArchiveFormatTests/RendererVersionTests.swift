import Testing

@testable import ArchiveFormat

/// The bytes of a renderer version are settled: an archive downloaded in two halves, before and after an upgrade, has to be
/// one archive. Who changes a rendered byte raises `RendererVersion.current` and writes the new sums down here.
@Suite struct RendererVersionTests {
  private static let settled = 4

  /// Length and CRC-32 of each document of the sample space.
  private static let sums: [String: [UInt32]] = [
    "fi": [14_150, 3_670_591_360],
    "sv": [14_298, 1_484_940_899],
    "en": [14_286, 1_893_961_272],
    "space.json": [4_301, 1_130_809_474],
    "manifest.json": [349, 3_853_495_671],
  ]

  @Test func aVersionsBytesAreSettled() {
    #expect(RendererVersion.current == Self.settled)
    for (name, bytes) in Self.documents() {
      let sum = [UInt32(bytes.count), CRC32.checksum(bytes)]
      #expect(sum == Self.sums[name], "\(name) has other bytes than version \(Self.settled) had")
    }
  }

  private static func documents() -> [(name: String, bytes: [UInt8])] {
    let document = SampleSpace.document(messages: 4, files: 2)
    var documents = ArchiveLanguage.allCases.map { language in
      (language.rawValue, SampleSpace.render(HTMLRenderer(language: language, document), messages: 4, files: 2))
    }
    documents.append(("space.json", SampleSpace.render(SpaceJSONRenderer(document), messages: 4, files: 2)))
    var manifest = ManifestRenderer(
      spaceID: document.id, contentAsOf: document.contentAsOf, language: .fi, keyID: "0123456789abcdef")
    var bytes: [UInt8] = []
    manifest.entry(path: "files/Öljy \"1\".pdf", size: 7, sha256: String(repeating: "0f", count: 32), into: &bytes)
    manifest.end(into: &bytes)
    documents.append(("manifest.json", bytes))
    return documents
  }
}
