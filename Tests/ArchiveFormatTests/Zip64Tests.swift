import ArchiveFormat
import Foundation
import TestSupport
import Testing

/// Archives larger than the old format could say, written as sparse files and judged by Python's zipfile.
@Suite struct Zip64Tests {
  private static let time = CivilTime(year: 2026, month: 3, day: 1)
  private static let gibibyte: UInt64 = 1 << 30

  /// Content is left a hole: zeros.
  private func writeSparse(_ layout: ArchiveLayout, to path: String) throws {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let file = try #require(FileHandle(forWritingAtPath: path))
    var offset: UInt64 = 0
    for segment in layout.segments {
      if case .bytes(let bytes) = segment {
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data(bytes))
      }
      offset += segment.count
    }
    try file.close()
    #expect(offset == layout.totalLength)
  }

  private func describe(_ layout: ArchiveLayout, _ expression: String) throws -> String {
    try withTemporaryFile(".zip") { path in
      try writeSparse(layout, to: path)
      let script = "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1]); l = z.infolist()\nprint(\(expression))"
      let result = try Tool.python(script, [path])
      try #require(result.status == 0, "\(result.output)")
      return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  private func entry(_ path: String, _ size: UInt64, crc32: UInt32 = 0) -> ArchiveEntry {
    ArchiveEntry(path: path, size: size, crc32: crc32, modified: Self.time)
  }

  @Test func anEntryOverFourGibibytesAndOneBehindIt() throws {
    let size = 5 * Self.gibibyte
    let zeros = CRC32.checksum([0, 0, 0, 0, 0])
    let layout = try ArchiveLayout(entries: [entry("before", 7), entry("large", size), entry("after", 5, crc32: zeros)])
    let fields = "(i.filename, i.file_size, i.compress_size, i.header_offset, i.extract_version, len(i.extra))"
    let told = try describe(layout, "[\(fields) for i in l], len(z.open('large').read(3)), z.read('after')")
    let after = layout.contentOffset(of: 1) + size
    // Sizes in the extra field of the second, the offset alone in that of the third; the first needs none.
    let large = "('large', \(size), \(size), 43, 45, 20)"
    let expected = "[('before', 7, 7, 0, 20, 0), \(large), ('after', 5, 5, \(after), 45, 12)]"
    #expect(told == expected + #" 3 b'\x00\x00\x00\x00\x00'"#)
  }

  @Test(arguments: [(UInt64(UInt32.max) - 1, 20, 0), (UInt64(UInt32.max), 45, 20)])
  func zip64StartsWhereThirtyTwoBitsEnd(size: UInt64, version: Int, extra: Int) throws {
    let layout = try ArchiveLayout(entries: [entry("a", size)])
    #expect(layout.localHeader(0).count == 31 + extra)
    let told = try describe(layout, "[(i.file_size, i.extract_version, len(i.extra)) for i in l]")
    #expect(told == "[(\(size), \(version), \(extra))]")
  }

  @Test(arguments: [65_534, 65_535, 65_536, 70_000])
  func manyEntries(count: Int) throws {
    let layout = try ArchiveLayout(entries: (0..<count).map { entry("files/\($0).txt", 1) })
    let tail = layout.segments(in: (layout.totalLength - 22)..<layout.totalLength)
    let locator = layout.segments(in: (layout.totalLength - 42)..<(layout.totalLength - 38))
    #expect(Array(tail).count == 1)
    // All ones in the short count says "see ZIP64", so 65,535 needs the long records already.
    #expect((Array(locator) == [.bytes([0x50, 0x4B, 6, 7])]) == (count >= 65_535))
    let told = try describe(layout, "len(l), l[-1].filename, z.open(l[-1]) is not None")
    #expect(told == "\(count) files/\(count - 1).txt True")
  }

  /// Ranges over what stands behind four gibibytes and 65,535 entries: each the slice of what the whole has there.
  @Test func rangesOverTheLongRecordsAreSlices() throws {
    let small = (0..<66_000).map { entry("f/\($0)", 0) }
    let layout = try ArchiveLayout(entries: [entry("large", 5 * Self.gibibyte)] + small)
    let start = layout.directoryOffset - 100_000
    let tail = Self.bytes(layout.segments(in: start..<layout.totalLength))
    #expect(tail.count == Int(layout.totalLength - start))
    // The ZIP64 end record, its locator and the end record are the last 98 bytes (APPNOTE 4.3.14–16).
    #expect(Array(tail.suffix(98).prefix(4)) == [0x50, 0x4B, 6, 6])
    var random = SplitMix64(seed: 64)
    let edges = [0, 100_000, 100_000 + 46, tail.count - 98, tail.count - 42, tail.count - 22, tail.count]
    for _ in 0..<3000 {
      let near = edges.randomElement(using: &random) ?? 0
      let ends = (0..<2).map { _ in near + Int.random(in: -200...200, using: &random) }
        .map { min(tail.count, max(0, $0)) }.sorted()
      let range = (start + UInt64(ends[0]))..<(start + UInt64(ends[1]))
      if Self.bytes(layout.segments(in: range)) != Array(tail[ends[0]..<ends[1]]) { Issue.record("range \(ends)") }
    }
  }

  /// Entries behind the large one are empty, so that everything else is made here.
  private static func bytes(_ segments: ArchiveSegments) -> [UInt8] {
    segments.flatMap { if case .bytes(let bytes) = $0 { bytes } else { [UInt8]() } }
  }

  /// All names behind four gibibytes and 65,535 entries, by programs that each read the records in their own way.
  @Test(arguments: [["unzip", "-Z1"], ["7z", "l", "-ba"], ["bsdtar", "-tf"], ["jar", "-tf"]])
  func otherProgramsListThem(command: [String]) throws {
    let small = (0..<66_000).map { entry("f/\($0)", 0) }
    let layout = try ArchiveLayout(entries: [entry("large", 5 * Self.gibibyte)] + small)
    try withTemporaryFile(".zip") { path in
      try writeSparse(layout, to: path)
      let run = try Tool.run(command[0], command.dropFirst() + [path])
      let result = try #require(run, "\(command[0]) is not installed")
      #expect(result.status == 0, "\(result.output.prefix(300))")
      let lines = result.output.split(separator: "\n")
      #expect(lines.count == 66_001 && lines.last?.hasSuffix("f/65999") == true, "\(command[0]): \(lines.count)")
    }
  }

  /// What stands behind five gibibytes, taken out alone.
  @Test(arguments: [["unzip", "-p"], ["7z", "e", "-so"], ["bsdtar", "-xOf"]])
  func otherProgramsReadBehindThem(command: [String]) throws {
    let content = Array("hei\n".utf8)
    let layout = try ArchiveLayout(entries: [
      entry("large", 5 * Self.gibibyte), entry("after", UInt64(content.count), crc32: CRC32.checksum(content)),
    ])
    try withTemporaryFile(".zip") { path in
      try writeSparse(layout, to: path)
      let file = try #require(FileHandle(forWritingAtPath: path))
      try file.seek(toOffset: layout.contentOffset(of: 1))
      try file.write(contentsOf: Data(content))
      try file.close()
      let run = try Tool.run(command[0], command.dropFirst() + [path, "after"])
      let result = try #require(run, "\(command[0]) is not installed")
      #expect(result.status == 0 && result.output == "hei\n", "\(command[0]): \(result.output.prefix(300))")
    }
  }

  @Test func infoZipReadsThem() throws {
    let small = (0..<66_000).map { entry("f/\($0)", 0) }
    let layout = try ArchiveLayout(entries: [entry("large", 5 * Self.gibibyte)] + small)
    try withTemporaryFile(".zip") { path in
      try writeSparse(layout, to: path)
      let result = try #require(try Tool.run("unzip", ["-t", path, "f/*9"]), "unzip is not installed")
      #expect(result.status == 0, "\(result.output.suffix(300))")
      #expect(result.output.contains("No errors detected"))
    }
  }
}
