import Testing

@testable import ArchiveFormat

/// A reader that takes nothing for an archive but what the writer writes.
@Suite struct ArchiveReaderTests {
  /// Small; with an entry, and with offsets, beyond 4 GiB; so that every form of every record is there.
  private static let sizes: [[UInt64]] = [[], [0, 7], [5 << 30, 1, 4_294_967_295]]

  @Test(arguments: sizes)
  func readsWhatWasLaidOut(_ sizes: [UInt64]) throws {
    let layout = try ArchiveLayout(entries: LayoutSource.entries(sizes))
    let reader = try ArchiveReader(LayoutSource(layout: layout))
    var found: [FoundEntry] = []
    try reader.forEach { found.append($0) }
    #expect(found.map(\.entry) == layout.entries)
    #expect(found.enumerated().allSatisfy { $0.element.contentOffset == layout.contentOffset(of: $0.offset) })
    #expect(reader.manifest == found[found.count - 2] && reader.signature == found[found.count - 1])
  }

  /// One bit of any byte of any header, of the directory and of the end records, ZIP64's too.
  @Test(arguments: sizes)
  func noByteOfAHeaderMayDiffer(_ sizes: [UInt64]) throws {
    var source = LayoutSource(layout: try ArchiveLayout(entries: LayoutSource.entries(sizes)))
    for place in source.places {
      let byte = try #require(source.read(place..<(place + 1)).first)
      for bit in [UInt8(1), 0x80, 0x20] {
        source.changes = [place: byte ^ bit]
        do {
          _ = try ArchiveReader(source)
          Issue.record("byte \(place), bit \(bit): not noticed")
        } catch let damage as ArchiveDamage {
          #expect(damage != .notOurs, "byte \(place), bit \(bit)")
        }
        source.changes = [:]
      }
    }
  }

  @Test(arguments: sizes)
  func noByteMayBeMissingOrFollow(_ sizes: [UInt64]) throws {
    var source = LayoutSource(layout: try ArchiveLayout(entries: LayoutSource.entries(sizes)))
    let whole = source.length
    for cut in Array(1...300) + [Int(whole) - 1] where cut < whole {
      source.shortened = whole - UInt64(cut)
      #expect(throws: ArchiveDamage.self) { try ArchiveReader(source) }
    }
    #expect(throws: ArchiveDamage.trailing(at: whole, bytes: 3)) {
      try ArchiveReader(Appended(source: LayoutSource(layout: source.layout), extra: [1, 2, 3]))
    }
  }

  private struct Appended: ArchiveSource {
    let source: LayoutSource
    let extra: [UInt8]
    var length: UInt64 { source.length + UInt64(extra.count) }
    func read(_ range: Range<UInt64>) -> [UInt8] {
      let own = source.read(range.clamped(to: 0..<source.length))
      let rest = range.clamped(to: source.length..<length)
      return own + extra[Int(rest.lowerBound - source.length)..<Int(rest.upperBound - source.length)]
    }
  }

  /// Names that have no place, in the places that names have.
  @Test(arguments: [
    "files/a/b", "files/../x", "files/", "files/.hidden", "other.txt", "FILES/a", "files/a\u{202E}b", "files/a:b",
    "index.html",
  ])
  func pathsThatHaveNoPlaceAreNamed(_ path: String) throws {
    var entries = LayoutSource.entries([1])
    entries[2].path = path
    let source = Built(entries: entries)
    #expect(throws: ArchiveDamage.unexpectedPath(path: path, number: 3)) { try ArchiveReader(source) }
  }

  @Test func documentsKeepTheirOrder() throws {
    for (first, second) in [(0, 1), (1, 2), (3, 4), (0, 4)] {
      var entries = LayoutSource.entries([1])
      entries.swapAt(first, second)
      let source = Built(entries: entries)
      #expect(throws: ArchiveDamage.self) { try ArchiveReader(source) }
    }
  }

  /// Records as they are, without the layout's own checks.
  private struct Built: ArchiveSource {
    private let bytes: [UInt8]
    var length: UInt64 { UInt64(bytes.count) }

    init(entries: [ArchiveEntry]) {
      var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
      for entry in entries {
        let record = ZipRecord(entry: entry, offset: UInt64(bytes.count))
        bytes += record.localHeader + [UInt8](repeating: 0, count: Int(entry.size))
        record.appendCentral(to: &directory)
      }
      let end = ZipEnd(
        entryCount: UInt64(entries.count), directoryOffset: UInt64(bytes.count),
        directoryLength: UInt64(directory.count))
      self.bytes = bytes + directory + end.bytes
    }

    func read(_ range: Range<UInt64>) -> [UInt8] { Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]) }
  }
}
