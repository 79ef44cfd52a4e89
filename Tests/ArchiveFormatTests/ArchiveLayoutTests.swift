import ArchiveFormat
import Foundation
import TestSupport
import Testing

@Suite struct ArchiveLayoutTests {
  @Test func everyRangeIsThatSliceOfTheWhole() throws {
    let archive = try TestArchive.small()
    let whole = archive.whole
    #expect(UInt64(whole.count) == archive.layout.totalLength)
    for from in 0...whole.count {
      for until in from...whole.count {
        let segments = archive.layout.segments(in: UInt64(from)..<UInt64(until))
        #expect(segments.allSatisfy { $0.count > 0 })
        let slice = archive.bytes(in: UInt64(from)..<UInt64(until))
        if slice != Array(whole[from..<until]) { Issue.record("range \(from)..<\(until)") }
      }
    }
  }

  @Test func aRangeOverManyDirectoryPiecesIsThatSliceOfTheWhole() throws {
    let archive = try TestArchive((0..<1000).map { ("files/\($0).txt", Array("\($0)".utf8)) })
    let whole = archive.whole
    var random = SplitMix64(seed: 3)
    for _ in 0..<2000 {
      let ends = (0..<2).map { _ in Int.random(in: 0...whole.count, using: &random) }.sorted()
      let slice = archive.bytes(in: UInt64(ends[0])..<UInt64(ends[1]))
      if slice != Array(whole[ends[0]..<ends[1]]) { Issue.record("range \(ends)") }
    }
    // Memory: no segment holds the whole directory.
    let longest = archive.layout.segments.map { if case .bytes(let bytes) = $0 { bytes.count } else { 0 } }.max()
    #expect(try #require(longest) < 20_000)
  }

  @Test func aRangeBeyondTheEndStopsThere() throws {
    let archive = try TestArchive.small()
    let length = archive.layout.totalLength
    #expect(archive.bytes(in: (length - 3)..<(length + 50)) == Array(archive.whole.suffix(3)))
    #expect(archive.bytes(in: (length + 5)..<(length + 50)).isEmpty)
  }

  @Test func anEmptyArchiveIsOne() throws {
    let archive = try TestArchive([])
    #expect(archive.layout.totalLength == 22)
    #expect(archive.whole.prefix(4) == [0x50, 0x4B, 5, 6])
  }

  @Test func bytesNeverChange() throws {
    // The hash pins the format: with it changes every ETag and every signature that was ever kept.
    let archive = try TestArchive.small()
    #expect(CRC32.checksum(archive.whole) == 0xCBEE_4434)
  }

  @Test(arguments: [
    ("", true), ("/etc/passwd", true), ("a/../b", true), ("..", true), ("a//b", true), ("a/", true), ("a\\b", true),
    ("a\u{0}b", true), ("./a", true), ("/\u{301}a", true), ("files/a b.txt", false), ("files/..a", false),
  ])
  func pathsAreChecked(path: String, refused: Bool) {
    let entry = ArchiveEntry(path: path, size: 0, crc32: 0, modified: CivilTime(year: 2026, month: 1, day: 1))
    if refused {
      #expect(throws: ArchiveLayoutError.unsafePath(index: 0)) { try ArchiveLayout(entries: [entry]) }
    } else {
      #expect(throws: Never.self) { try ArchiveLayout(entries: [entry]) }
    }
  }

  @Test func clashingPathsAndImpossibleSizesAreRefused() {
    let time = CivilTime(year: 2026, month: 1, day: 1)
    let entry = { (path: String, size: UInt64) in ArchiveEntry(path: path, size: size, crc32: 0, modified: time) }
    #expect(throws: ArchiveLayoutError.duplicatePath(index: 1)) {
      try ArchiveLayout(entries: [entry("files/Ä", 0), entry("FILES/a\u{308}", 0)])
    }
    #expect(throws: ArchiveLayoutError.pathTooLong(index: 0)) {
      try ArchiveLayout(entries: [entry(String(repeating: "a", count: 65_536), 0)])
    }
    for sizes in [[UInt64.max], [UInt64.max / 2, UInt64.max / 2, 9], [UInt64(Int64.max) - 100]] {
      #expect(throws: ArchiveLayoutError.tooLarge) {
        try ArchiveLayout(entries: sizes.enumerated().map { entry("a\($0.offset)", $0.element) })
      }
    }
  }
}
