import Crypto
import Foundation
import Lifecycle
import Postgres

/// The end of a chain of the access log: what the next batch's hash covers.
struct AccessHead: Equatable, Sendable {
  /// The number of the last batch; zero before the first.
  var sequence: Int
  /// Of the last batch; 32 zero bytes before the first.
  var hash: [UInt8]

  static let empty = AccessHead(sequence: 0, hash: [UInt8](repeating: 0, count: 32))
}

/// Entries that are committed together, with the hash that ties them to the batch before.
struct AccessBatch: Sendable {
  /// Which chain.
  let chain: Int
  /// What it follows, and what it makes of it.
  let previous: AccessHead
  let head: AccessHead
  /// 1 to 500.
  let entries: [AccessEntry]

  /// The most entries in a batch.
  static let limit = 500

  init(_ entries: [AccessEntry], after previous: AccessHead, in chain: Int) {
    self.entries = entries
    self.chain = chain
    self.previous = previous
    head = AccessHead(
      sequence: previous.sequence + 1,
      hash: Self.hash(entries, after: previous.hash, sequence: previous.sequence + 1, in: chain))
  }

  /// SHA-256 over the hash before, then chain, batch and count, then each entry's fields in the order of the type: whole
  /// numbers and microseconds big-endian, identifiers as 16 bytes, texts behind their length, what may be absent behind a
  /// byte that says whether it is there.
  static func hash(_ entries: [AccessEntry], after previous: [UInt8], sequence: Int, in chain: Int) -> [UInt8] {
    var bytes = CanonicalBytes()
    bytes.append(chain)
    bytes.append(sequence)
    bytes.append(entries.count)
    for entry in entries { bytes.append(entry) }
    return JournalHead.hash(after: previous, bytes.bytes)
  }

  /// Moves the chain's head and writes the rows behind it, in one round trip with COMMIT.
  func enqueue(on transaction: WriteTransaction) throws {
    try transaction.enqueueUpdatingExactlyOne(
      """
      UPDATE ohjaustila.access_chain SET head_seq = \(head.sequence), head_hash = \(Bytea(head.hash))
      WHERE number = \(chain) AND head_seq = \(previous.sequence) AND head_hash = \(Bytea(previous.hash))
      """)
    let newest = entries.lazy.map(\.at).max() ?? .distantPast
    try transaction.enqueue(
      """
      INSERT INTO ohjaustila.access_batch (chain, seq, entries, newest_at, hash)
      VALUES (\(chain), \(head.sequence), \(Int32(entries.count)), \(newest), \(Bytea(head.hash)))
      """)
    try transaction.enqueue(insertion)
  }

  private var insertion: Query {
    """
    INSERT INTO ohjaustila.access_entry (chain, batch, number, at, principal, role, organisation_id, space_id,
      participant_id, what, object_id, address, request_id, outcome)
    SELECT \(chain), \(head.sequence), e.number, e.at, e.principal, e.role, e.organisation_id, e.space_id,
      e.participant_id, e.what, e.object_id, e.address::inet, e.request_id, e.outcome
    FROM unnest(\(entries.map(\.at)), \(entries.map(\.principal)), \(entries.map(\.role)),
      \(entries.map(\.organisation)), \(entries.map(\.space)), \(entries.map(\.participation)),
      \(entries.map(\.what)), \(entries.map(\.object)), \(entries.map { $0.address?.description }),
      \(entries.map(\.requestID)), \(entries.map(\.outcome)))
      WITH ORDINALITY AS e (at, principal, role, organisation_id, space_id, participant_id, what, object_id, address,
        request_id, outcome, number)
    """
  }
}

/// Bytes to hash that no two different values share.
private struct CanonicalBytes {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ entry: AccessEntry) {
    append(Int(entry.at.microseconds))
    append(entry.principal)
    append(entry.role)
    optional(entry.organisation?.uuid) { $0.append($1) }
    optional(entry.space?.uuid) { $0.append($1) }
    optional(entry.participation?.uuid) { $0.append($1) }
    append(entry.what)
    optional(entry.object) { $0.append($1) }
    optional(entry.address?.bytes) { $0.append($1) }
    optional(entry.requestID) { $0.append($1) }
    append(entry.outcome)
  }

  mutating func append(_ number: Int) {
    withUnsafeBytes(of: Int64(number).bigEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func append(_ uuid: UUID) {
    withUnsafeBytes(of: uuid.uuid) { bytes.append(contentsOf: $0) }
  }

  private mutating func append(_ text: String) { append(Array(text.utf8)) }

  private mutating func append(_ more: [UInt8]) {
    append(more.count)
    bytes += more
  }

  private mutating func optional<Value>(_ value: Value?, _ append: (inout Self, Value) -> Void) {
    bytes.append(value == nil ? 0 : 1)
    if let value { append(&self, value) }
  }
}
