import ArchiveFormat
import Foundation

/// An archive whose contents are in memory.
struct TestArchive {
  let contents: [[UInt8]]
  let layout: ArchiveLayout

  init(_ files: [(path: String, content: [UInt8])]) throws {
    contents = files.map(\.content)
    layout = try ArchiveLayout(
      entries: files.map { file in
        ArchiveEntry(
          path: file.path, size: UInt64(file.content.count), crc32: CRC32.checksum(file.content),
          modified: CivilTime(year: 2026, month: 3, day: 1, hour: 12, minute: 15, second: 31))
      })
  }

  static func small() throws -> TestArchive {
    try TestArchive([
      ("index.html", Array("<p>Hei</p>".utf8)), ("files/tyhjä.txt", []),
      ("files/Öljy – 見積 😀.bin", Array(0...99)), ("space.json", Array("{}".utf8)),
    ])
  }

  func bytes(in range: Range<UInt64>) -> [UInt8] {
    layout.segments(in: range).flatMap { segment in
      switch segment {
      case .bytes(let bytes): bytes
      case .entry(let index, let range): Array(contents[index][Int(range.lowerBound)..<Int(range.upperBound)])
      }
    }
  }

  var whole: [UInt8] { bytes(in: 0..<layout.totalLength) }
}
