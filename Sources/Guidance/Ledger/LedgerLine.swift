import Lifecycle
import Vault

/// A line of the ledger as it was found. Its identifiers are read only when somebody asks for them: there may be a
/// million of them, and few starts need any.
struct LedgerLine {
  let number: Int
  let at: Instant
  let kind: LedgerEntry.Kind
  let hash: [UInt8]
  /// What the hash covers beside the hash before it.
  let text: ArraySlice<UInt8>
  /// Behind the kind.
  private let fields: ArraySlice<UInt8>

  /// Reads a line without its end; nil when it is none.
  init?(_ line: ArraySlice<UInt8>) {
    let parts = line.split(separator: Self.space, maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count == 5, let hash = Hexadecimal.decode(Self.string(parts[0])), hash.count == 32,
      let number = Int(Self.string(parts[1])), number > 0, let at = Instant(Self.string(parts[2])),
      let kind = LedgerEntry.Kind(rawValue: Self.string(parts[3]))
    else { return nil }
    (self.hash, self.number, self.at, self.kind, fields) = (hash, number, at, kind, parts[4])
    text = parts[1].startIndex < line.endIndex ? line[parts[1].startIndex...] : []
  }

  /// Whether it follows the entry with this number and hash.
  func follows(_ number: Int, _ previous: [UInt8]) -> Bool {
    self.number == number + 1 && hash == JournalHead.hash(after: previous, Array(text))
  }

  /// The batch of an intent, or of what came of it.
  var batch: ID<ErasureBatch>? { first.flatMap { ID($0) } }

  /// Which ledger it opens, and whose.
  var opening: (ledger: ID<ErasureLedger>, installation: String)? {
    let words = fields.split(separator: Self.space).map(Self.string)
    guard kind == .opened, words.count == 2, let ledger = ID<ErasureLedger>(words[0]) else { return nil }
    return (ledger, words[1])
  }

  /// A customer of several; nil when it is an entry of another kind.
  var participant: ErasedParticipant? {
    guard kind == .participant else { return nil }
    return ErasedParticipant(fields.split(separator: Self.space).map(Self.string), at: at)
  }

  /// Who writes from here on; nil when it is an entry of another kind.
  var writer: LedgerWriter? {
    let words = fields.split(separator: Self.space).map(Self.string)
    guard kind == .writer, let name = words.first else { return nil }
    return LedgerWriter(
      incarnation: DatabaseIncarnation(name), number: number, at: at, after: words.count > 1 ? Int(words[1]) : nil)
  }

  /// The spaces of an intent or an adoption.
  var spaces: ErasedSpaces {
    ErasedSpaces(text: kind == .intent ? Array(fields.dropFirst(first?.utf8.count ?? 0)) : Array(fields), at: at)
  }

  private var first: String? { fields.split(separator: Self.space, maxSplits: 1).first.map(Self.string) }

  private static let space = UInt8(ascii: " ")
  private static func string(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// Spaces as a line names them.
struct ErasedSpaces {
  fileprivate let text: [UInt8]
  /// When they were erased, as the ledger has it.
  let at: Instant

  /// Without reading them: each has 36 bytes and a space, the last none.
  var count: Int { (text.count + 1) / 37 }

  /// Reads them.
  var ids: [ID<Space>] {
    text.split(separator: UInt8(ascii: " ")).compactMap { ID(String(decoding: $0, as: UTF8.self)) }
  }
}
