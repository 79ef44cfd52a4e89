import Testing

@testable import ArchiveFormat

@Suite struct ManifestReaderTests {
  private static func manifest(_ count: Int) -> [UInt8] {
    var renderer = ManifestRenderer(
      spaceID: "0195a2b0-1111-7abc-8def-0123456789ab", contentAsOf: SampleSpace.instant(day: 2), language: .sv,
      keyID: "0123456789abcdef")
    var bytes: [UInt8] = []
    for number in 0..<count {
      renderer.entry(
        path: "files/见積 \(number) {}[],:.pdf", size: UInt64(number) << 33, sha256: String(repeating: "0f", count: 32),
        into: &bytes)
    }
    renderer.end(into: &bytes)
    return bytes
  }

  @Test(arguments: [1, 2, 300])
  func readsWhatIsWritten(_ count: Int) throws {
    var reader = try ManifestReader(Self.manifest(count))
    #expect(reader.header.keyID == "0123456789abcdef" && reader.header.language == "sv")
    #expect(reader.header.contentAsOf == "2026-03-02T10:00:00Z")
    #expect(reader.header.rendererVersion == UInt64(RendererVersion.current))
    var read: [ManifestReader.Entry] = []
    while let entry = try reader.next() { read.append(entry) }
    #expect(read.map(\.size) == (0..<count).map { UInt64($0) << 33 })
    #expect(read.last?.path == "files/见積 \(count - 1) {}[],:.pdf")
  }

  /// Cut anywhere, or with something more: not read to its end. What is changed elsewhere the signature tells.
  @Test func nothingIsMissingAndNothingFollows() throws {
    let whole = Self.manifest(2)
    func readAll(_ bytes: [UInt8]) throws {
      var reader = try ManifestReader(bytes)
      while try reader.next() != nil {}
    }
    try readAll(whole)
    for length in 0..<whole.count {
      #expect(throws: ArchiveDamage.self, "\(length)") { try readAll(Array(whole.prefix(length))) }
    }
    #expect(throws: ArchiveDamage.manifest(at: whole.count)) { try readAll(whole + [0x20]) }
  }

  @Test func aLaterFormatIsNamed() {
    let text = String(decoding: Self.manifest(1), as: UTF8.self).replacing("\"version\":1,", with: "\"version\":2,")
    #expect(throws: ArchiveDamage.laterManifest(version: 2)) { try ManifestReader(Array(text.utf8)) }
  }
}
