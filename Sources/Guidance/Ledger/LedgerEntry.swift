import Lifecycle
import Vault

/// Names a transaction that erases: its intent in the ledger, and the tombstones that came of it.
enum ErasureBatch {}

/// What an entry of the erasure ledger says: identifiers and instants only, nothing of any person.
enum LedgerEntry: Equatable {
  /// The first entry: which ledger this is, and the fingerprint of the installation's index key.
  case opened(ID<ErasureLedger>, installation: String)
  /// These spaces are about to be erased in one transaction.
  case intent(ID<ErasureBatch>, [ID<Space>])
  /// That transaction has committed.
  case done(ID<ErasureBatch>)
  /// It has not, and never will: nothing was erased because of it.
  case dropped(ID<ErasureBatch>)
  /// Erased before this ledger began, as tombstones or the ledger before it say.
  case adopted([ID<Space>])
  /// One customer of several was erased from a space that lives on.
  case participant(ErasedParticipant)
  /// This database writes from here on. With a number, nothing counts that stands between that entry and this one: it was
  /// another database's.
  case writer(DatabaseIncarnation, after: Int? = nil)

  /// Spaces in an entry: a line stays well below a megabyte.
  static let spacesAtOnce = 5000

  /// The entry's line, `HASH NUMBER INSTANT KIND FIELD…`: the hash is SHA-256 over the hash before it and what follows.
  func line(_ number: Int, at instant: Instant, after previous: [UInt8]) -> (bytes: [UInt8], hash: [UInt8]) {
    let text = Array("\(number) \(instant) \(kind.rawValue) \(fields.joined(separator: " "))".utf8)
    let hash = JournalHead.hash(after: previous, text)
    return (Array(Hexadecimal.encode(hash).utf8) + [UInt8(ascii: " ")] + text + [UInt8(ascii: "\n")], hash)
  }

  /// What kind of entry a line is; the word stands in it.
  enum Kind: String {
    case opened, intent, done, dropped, adopted, participant, writer
  }

  private var kind: Kind {
    switch self {
    case .opened: .opened
    case .intent: .intent
    case .done: .done
    case .dropped: .dropped
    case .adopted: .adopted
    case .participant: .participant
    case .writer: .writer
    }
  }

  private var fields: [String] {
    switch self {
    case .opened(let ledger, let installation): [ledger.description, installation]
    case .intent(let batch, let spaces): [batch.description] + spaces.map(\.description)
    case .done(let batch), .dropped(let batch): [batch.description]
    case .adopted(let spaces): spaces.map(\.description)
    case .participant(let erased): erased.fields
    case .writer(let incarnation, let after): [incarnation.name] + (after.map { [String($0)] } ?? [])
    }
  }
}
