public import Lifecycle

/// The first place where a journal is not what was written.
public struct JournalBreak: ChainBreak {
  /// A space has one journal.
  public static let chain = (one: "journal", many: "journals")

  /// Whose journal; nil where it is the chain of expired journals as a whole.
  public let space: ID<Space>?
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
    /// A mark of an expired journal is missing, or one was put in.
    case expiryGap(expected: Int, found: Int)
    /// The mark's hash is not that of its fields after the mark before it.
    case wrongExpiry(number: Int)
    /// The mark is of no tombstone, or says other than it does.
    case expiryWithoutTombstone(number: Int)
    /// The journal went before its time.
    case expiredEarly(due: Instant)
    /// Marks were cut off from the end, or added behind the anchor's back.
    case otherExpiries(remembered: Int, found: Int)
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
      case .expiryGap(let expected, let found):
        "mark \(expected) of an expired journal is missing; after it comes \(found)"
      case .wrongExpiry(let number):
        "mark \(number) of its expired journal is not what was written: its hash is another"
      case .expiryWithoutTombstone(let number): "mark \(number) of its expired journal is not what the tombstone says"
      case .expiredEarly(let due): "its journal was deleted before it had expired on \(due)"
      case .otherExpiries(let remembered, let found): "the marks end with \(found), the anchor remembers \(remembered)"
      }
    return (space.map { "space \($0)" } ?? "expired journals") + ": \(what)"
  }
}
