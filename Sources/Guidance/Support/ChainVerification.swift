/// What following chains of hashes found, up to the first break.
public struct ChainVerification<Break: ChainBreak>: Sendable, Equatable, CustomStringConvertible {
  /// Chains that were followed to their end.
  public internal(set) var chains = 0
  /// Entries in them.
  public internal(set) var entries = 0
  /// What has expired, by the anchors: whole journals, or entries of the access log.
  public internal(set) var expired = 0
  /// The first break in the order in which they were followed; nil when every chain is whole.
  public internal(set) var firstBreak: Break?

  /// One sentence: `2 journals with 9 entries are whole`.
  public var description: String {
    let (name, verb) = chains == 1 ? (Break.chain.one, "is") : (Break.chain.many, "are")
    return "\(chains) \(name) with \(entries) \(entries == 1 ? "entry" : "entries") \(verb) whole"
  }
}

/// The first place where a chain of hashes is not what was written; its description is a sentence for an auditor.
public protocol ChainBreak: Sendable, Equatable, CustomStringConvertible {
  /// What such a chain is called, and several of them.
  static var chain: (one: String, many: String) { get }
}
