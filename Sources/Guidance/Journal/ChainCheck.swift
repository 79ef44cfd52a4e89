import Lifecycle

/// Follows one space's journal entry by entry and says what breaks it. Pure: it is handed what was stored.
struct ChainCheck: Sendable {
  let space: ID<Space>
  private(set) var head = JournalHead.empty

  /// Takes the next entry.
  ///
  /// - Returns: what is wrong with it; nil when it continues the chain.
  mutating func follow(_ line: JournalLine) -> JournalBreak.Reason? {
    guard line.sequence == head.sequence + 1 else {
      return .gap(expected: head.sequence + 1, found: line.sequence)
    }
    guard line.recordedAt >= head.at else { return .earlierThanBefore(sequence: line.sequence) }
    let hash = JournalHead.hash(after: head.hash, line.entry)
    guard hash == line.hash else { return .wrongHash(sequence: line.sequence) }
    // The columns are for queries; what is hashed must say the same.
    guard line.entry.starts(with: line.canonicalBeginning(of: space)) else {
      return .columnsDiffer(sequence: line.sequence)
    }
    head = JournalHead(sequence: line.sequence, hash: line.hash, at: line.recordedAt)
    return nil
  }

  /// Compares the end with the head that the space, or its tombstone, remembers.
  ///
  /// - Returns: what is wrong; nil when the journal is whole.
  func end(at remembered: (sequence: Int, hash: [UInt8])?) -> JournalBreak.Reason? {
    guard let remembered else { return .noHead }
    guard remembered.sequence == head.sequence else {
      return .otherEnd(remembered: remembered.sequence, found: head.sequence)
    }
    return remembered.hash == head.hash ? nil : .wrongHead
  }
}

extension JournalLine {
  /// What the entry's canonical bytes begin with, made from the columns.
  fileprivate func canonicalBeginning(of space: ID<Space>) -> [UInt8] {
    Array(
      ("{\"v\":1,\"space\":\"\(space)\",\"seq\":\(sequence),\"kind\":\"\(kind)\","
        + "\"effectiveAt\":\"\(effectiveAt)\",\"recordedAt\":\"\(recordedAt)\",").utf8)
  }
}
