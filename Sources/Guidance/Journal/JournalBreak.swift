/// The first place where a journal is not what was written.
public struct JournalBreak: Sendable, Equatable, CustomStringConvertible {
  /// Whose journal.
  public let space: ID<Space>
  /// What is wrong.
  public let reason: Reason

  /// What can be wrong with a journal.
  public enum Reason: Sendable, Equatable {
    /// An entry is missing, or one was put in.
    case gap(expected: Int, found: Int)
    /// The hash is not that of the entry's bytes after the hash before it.
    case wrongHash(sequence: Int)
    /// The searchable columns say other than the hashed bytes.
    case columnsDiffer(sequence: Int)
    /// The entry was recorded before the one before it.
    case earlierThanBefore(sequence: Int)
    /// Entries were cut off from the end, or added behind the space's back.
    case otherEnd(remembered: Int, found: Int)
    /// The last hash is not the one the space remembers.
    case wrongHead
    /// There is neither a space nor a tombstone to the journal.
    case noHead
  }

  /// One sentence for an auditor.
  public var description: String {
    let what =
      switch reason {
      case .gap(let expected, let found): "entry \(expected) is missing; after it comes \(found)"
      case .wrongHash(let sequence): "entry \(sequence) is not what was written: its hash is another"
      case .columnsDiffer(let sequence): "entry \(sequence) is searched for under other values than were hashed"
      case .earlierThanBefore(let sequence): "entry \(sequence) was recorded before the entry before it"
      case .otherEnd(let remembered, let found): "the journal ends at entry \(found), the space remembers \(remembered)"
      case .wrongHead: "the last entry's hash is not the one that the space remembers"
      case .noHead: "there is a journal, and neither a space nor a tombstone it belongs to"
      }
    return "space \(space): \(what)"
  }
}
