/// The last check of paths before they become a layout; ``SafeNames`` makes names that pass it.
enum ArchivePaths {
  static func check(_ entries: [ArchiveEntry]) throws(ArchiveLayoutError) {
    var seen = Set<String>(minimumCapacity: entries.count)
    for (index, entry) in entries.enumerated() {
      guard entry.path.utf8.count <= Int(UInt16.max) else { throw .pathTooLong(index: index) }
      guard isSafe(entry.path) else { throw .unsafePath(index: index) }
      guard seen.insert(NameKey.of(entry.path)).inserted else { throw .duplicatePath(index: index) }
    }
  }

  private static func isSafe(_ path: String) -> Bool {
    // Bytes, not characters: a combining mark after a slash must not hide the slash.
    let forbidden = path.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") }
    guard !path.isEmpty, !forbidden else { return false }
    return path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
    }
  }
}
