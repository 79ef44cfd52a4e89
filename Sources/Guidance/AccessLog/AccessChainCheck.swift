import Lifecycle

/// A batch of the access log as it is stored.
struct StoredAccessBatch: Sendable {
  let sequence: Int
  let count: Int
  let newestAt: Instant
  let hash: [UInt8]
  /// With the numbers they are stored under.
  var entries: [(number: Int, entry: AccessEntry)] = []
}

/// Follows one chain of the access log batch by batch and says what breaks it. Pure: it is handed what was stored.
struct AccessChainCheck: Sendable {
  let chain: Int
  /// How far it was followed.
  private(set) var head = AccessHead.empty

  /// Goes on from an anchor: what was before it has expired.
  mutating func start(after anchor: AccessHead) {
    if anchor.sequence > head.sequence { head = anchor }
  }

  /// Takes the next batch.
  ///
  /// - Returns: what is wrong with it; nil when it continues the chain.
  mutating func follow(_ batch: StoredAccessBatch) -> AccessLogBreak.Reason? {
    guard batch.sequence == head.sequence + 1 else {
      return .gap(expected: head.sequence + 1, found: batch.sequence)
    }
    let entries = batch.entries.map(\.entry)
    guard batch.entries.map(\.number) == Array(1...max(1, batch.count)), entries.map(\.at).max() == batch.newestAt
    else {
      return .otherEntries(batch: batch.sequence)
    }
    let hash = AccessBatch.hash(entries, after: head.hash, sequence: batch.sequence, in: chain)
    guard hash == batch.hash else { return .wrongHash(batch: batch.sequence) }
    head = AccessHead(sequence: batch.sequence, hash: hash)
    return nil
  }

  /// Compares the end with the head that the chain remembers.
  func end(at remembered: AccessHead) -> AccessLogBreak.Reason? {
    guard remembered.sequence == head.sequence else {
      return .otherEnd(remembered: remembered.sequence, found: head.sequence)
    }
    return remembered.hash == head.hash ? nil : .wrongHead
  }
}
