/// The segments that a range of an archive is made of; made one at a time, as they are asked for.
public struct ArchiveSegments: Sequence, IteratorProtocol, Sendable {
  private let layout: ArchiveLayout
  private var position: UInt64
  private let end: UInt64

  init(layout: ArchiveLayout, range: Range<UInt64>) {
    self.layout = layout
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next segment, or nil at the end of the range.
  public mutating func next() -> ArchiveSegment? {
    guard position < end else { return nil }
    let segment = position < layout.directoryOffset ? entrySegment() : directorySegment()
    position += segment.count
    return segment
  }

  private func entrySegment() -> ArchiveSegment {
    let index = Self.last(in: layout.offsets, notAfter: position)
    let content = layout.contentOffset(of: index)
    if position < content { return slice(layout.localHeader(index), startingAt: layout.offsets[index]) }
    let until = Swift.min(end, layout.offsets[index + 1])
    return .entry(index: index, range: (position - content)..<(until - content))
  }

  private func directorySegment() -> ArchiveSegment {
    let piece = Self.last(in: layout.pieceOffsets, notAfter: position)
    let start = layout.pieceOffsets[piece]
    let isEnd = piece == layout.pieceOffsets.count - 1
    return slice(isEnd ? layout.end.bytes : layout.directoryPiece(piece), startingAt: start)
  }

  /// The part of `bytes`, which stand at `start`, that is wanted.
  private func slice(_ bytes: [UInt8], startingAt start: UInt64) -> ArchiveSegment {
    let from = Int(position - start)
    let until = Int(Swift.min(end - start, UInt64(bytes.count)))
    return .bytes(from == 0 && until == bytes.count ? bytes : Array(bytes[from..<until]))
  }

  /// The index of the last offset that is not after `position`; the first offset never is.
  private static func last(in offsets: [UInt64], notAfter position: UInt64) -> Int {
    var low = 0
    var high = offsets.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if offsets[middle] <= position { low = middle } else { high = middle }
    }
    return low
  }
}
