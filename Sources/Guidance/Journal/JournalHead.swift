internal import Crypto
public import Lifecycle

/// The end of a space's journal: what the next entry's hash covers. Read under the space's lock, written with it.
public struct JournalHead: Equatable, Sendable {
  /// The number of the last entry; zero before the first.
  public private(set) var sequence: Int
  /// SHA-256 over the hash before it and the last entry's bytes; 32 zero bytes before the first.
  public private(set) var hash: [UInt8]
  /// The last entry's recorded instant: no later entry has an earlier one.
  public private(set) var at: Instant

  /// The head of a journal without entries.
  public static let empty = JournalHead(sequence: 0, hash: [UInt8](repeating: 0, count: 32), at: .distantPast)

  /// A head as it was stored.
  public init(sequence: Int, hash: [UInt8], at: Instant) {
    self.sequence = sequence
    self.hash = hash
    self.at = at
  }

  /// Adds an entry to the chain and returns the row to insert.
  mutating func append(_ entry: JournalEntry, of space: ID<Space>) -> JournalRow {
    precondition(entry.recordedAt >= at, "a journal's instants never decrease")
    let bytes = entry.canonicalBytes(space: space, sequence: sequence + 1)
    sequence += 1
    hash = Self.hash(after: hash, bytes)
    at = entry.recordedAt
    let line = JournalLine(
      sequence: sequence, kind: entry.kind, effectiveAt: entry.effectiveAt, recordedAt: entry.recordedAt, entry: bytes,
      hash: hash)
    return JournalRow(space: space, line: line)
  }

  /// The hash of an entry that follows the entry with the given hash.
  public static func hash(after previous: [UInt8], _ entry: [UInt8]) -> [UInt8] {
    var digest = SHA256()
    digest.update(data: previous)
    digest.update(data: entry)
    return Array(digest.finalize())
  }
}
