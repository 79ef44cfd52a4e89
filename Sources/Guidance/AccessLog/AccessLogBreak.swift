/// The first place where the access log is not what was written.
public struct AccessLogBreak: ChainBreak {
  /// A running copy of the service has one.
  public static let chain = (one: "chain of the access log", many: "chains of the access log")

  /// The number of the chain: one a running copy of the service.
  public let chain: Int
  /// What is wrong.
  public let reason: Reason

  /// What can be wrong with a chain.
  public enum Reason: Sendable, Equatable {
    /// There is no chain of that number, and there is one after it.
    case missing
    /// A batch is missing, or one was put in.
    case gap(expected: Int, found: Int)
    /// The hash is not that of the batch's entries after the hash before it.
    case wrongHash(batch: Int)
    /// A batch has other entries than it counts, or was written at another time than they were.
    case otherEntries(batch: Int)
    /// Batches were cut off from the end, or added behind the chain's back.
    case otherEnd(remembered: Int, found: Int)
    /// The last hash is not the one the chain remembers.
    case wrongHead
    /// Entries went before the time that the anchor itself states, or that time is none that a policy gives.
    case expiredEarly
  }

  /// One sentence for an auditor.
  public var description: String {
    let what =
      switch reason {
      case .missing: "it is gone"
      case .gap(let expected, let found): "batch \(expected) is missing; after it comes \(found)"
      case .wrongHash(let batch): "batch \(batch) is not what was written: its hash is another"
      case .otherEntries(let batch): "batch \(batch) has other entries than it was written with"
      case .otherEnd(let remembered, let found): "it ends at batch \(found), and ought to at \(remembered)"
      case .wrongHead: "the last batch's hash is not the one that the chain remembers"
      case .expiredEarly: "entries were deleted before they had expired"
      }
    return "access log, chain \(chain): \(what)"
  }
}
