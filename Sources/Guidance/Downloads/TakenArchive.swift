import Foundation
import Lifecycle

/// What was sent of an edition of an archive to one customer, over some requests.
struct TakenArchive: Sendable {
  /// Who took it, and of what.
  struct Key: Hashable, Sendable {
    let space: ID<Space>
    let principal: UUID
    let entityTag: String
  }

  let caller: Caller
  let key: Key
  /// Of the whole, in bytes.
  let length: UInt64
  /// Neither overlapping nor adjacent, in order.
  private(set) var ranges: [Range<UInt64>] = []
  /// In all, also what was sent twice.
  private(set) var bytes: UInt64 = 0
  private(set) var requests = 0

  /// So many pieces of an edition are kept apart; what would add more counts as bytes only. Of an archive that is whole
  /// there is one.
  static let maximumPieces = 1000

  init(_ download: ArchiveDownload, principal: UUID) {
    caller = download.caller
    key = Key(space: download.space, principal: principal, entityTag: download.entityTag)
    length = download.length
  }

  /// Adds what one request got; nothing for one that got nothing.
  mutating func add(_ sent: Range<UInt64>) {
    guard !sent.isEmpty else { return }
    bytes += sent.upperBound - sent.lowerBound
    requests += 1
    cover(sent)
  }

  /// Adds what was gathered later.
  mutating func add(_ later: TakenArchive) {
    bytes += later.bytes
    requests += later.requests
    for range in later.ranges { cover(range) }
  }

  private mutating func cover(_ sent: Range<UInt64>) {
    let touched = ranges.filter { $0.lowerBound <= sent.upperBound && sent.lowerBound <= $0.upperBound }
    if touched.isEmpty, ranges.count >= Self.maximumPieces { return }
    let joined = touched.reduce(sent) { min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound) }
    ranges.removeAll { touched.contains($0) }
    ranges.insert(joined, at: ranges.firstIndex { $0.lowerBound > joined.lowerBound } ?? ranges.endIndex)
  }

  /// As PostgreSQL writes an int8multirange.
  var multirange: String { "{\(ranges.map { "[\($0.lowerBound),\($0.upperBound))" }.joined(separator: ","))}" }
}
