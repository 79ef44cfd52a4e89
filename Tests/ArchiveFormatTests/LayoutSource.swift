@testable import ArchiveFormat

/// An archive of which only headers and directory exist; every content is a run of zeros. Bytes of it may be changed.
struct LayoutSource: ArchiveSource {
  let layout: ArchiveLayout
  var changes: [UInt64: UInt8] = [:]
  /// The file's length, when it is not the archive's.
  var shortened: UInt64?

  var length: UInt64 { shortened ?? layout.totalLength }

  func read(_ range: Range<UInt64>) -> [UInt8] {
    var bytes: [UInt8] = []
    for segment in layout.segments(in: range) {
      switch segment {
      case .bytes(let made): bytes += made
      case .entry(_, let part): bytes += [UInt8](repeating: 0, count: part.count)
      }
    }
    if !changes.isEmpty {
      for place in range { if let byte = changes[place] { bytes[Int(place - range.lowerBound)] = byte } }
    }
    return bytes
  }

  /// Every place that is not an entry's content.
  var places: [UInt64] {
    let headers = layout.entries.indices.flatMap { index in
      let start = layout.record(index).offset
      return Array(start..<layout.contentOffset(of: index))
    }
    return headers + Array(layout.directoryOffset..<layout.totalLength)
  }

  /// An archive's entries: documents, files of these sizes, manifest and signature.
  static func entries(_ sizes: [UInt64]) -> [ArchiveEntry] {
    func entry(_ path: String, _ size: UInt64) -> ArchiveEntry {
      ArchiveEntry(
        path: path, size: size, crc32: 0x1234_5678,
        modified: CivilTime(year: 2026, month: 3, day: 1, hour: 12, minute: 15, second: 30))
    }
    return [entry("index.html", 5), entry("space.json", 3)]
      + sizes.enumerated().map { entry("files/tämä \($0.offset).bin", $0.element) }
      + [entry("manifest.json", 9), entry("manifest.sig", 64)]
  }
}
