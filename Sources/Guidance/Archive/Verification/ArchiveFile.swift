public import ArchiveFormat
import Foundation

/// An archive as a file on this machine.
public final class ArchiveFile: ArchiveSource {
  private let handle: FileHandle
  /// Bytes, when it was opened.
  public let length: UInt64

  /// A file that ended before its length: it is being changed meanwhile.
  public struct Shrunk: Error, CustomStringConvertible {
    /// One sentence.
    public let description = "the file became shorter while it was read"
  }

  /// Opens a file. Throws what the system says.
  public init(_ path: String) throws {
    handle = try FileHandle(forReadingFrom: URL(filePath: path))
    length = try handle.seekToEnd()
  }

  /// Exactly these bytes.
  public func read(_ range: Range<UInt64>) throws -> [UInt8] {
    try handle.seek(toOffset: range.lowerBound)
    guard !range.isEmpty else { return [] }
    let bytes = try handle.read(upToCount: range.count) ?? Data()
    guard bytes.count == range.count else { throw Shrunk() }
    return Array(bytes)
  }

  deinit { try? handle.close() }
}
