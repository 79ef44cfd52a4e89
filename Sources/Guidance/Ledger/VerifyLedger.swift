import Lifecycle
import Postgres

/// What following the ledger and comparing it with the database found.
public struct LedgerVerification: Sendable {
  /// Entries that were followed.
  public internal(set) var entries = 0
  /// Spaces that it calls erased.
  public internal(set) var erased = 0
  /// Intents of which nothing more is known: of a process that is erasing now, or one that died.
  public internal(set) var open = 0
  /// Erased spaces that the database still has, and customers of spaces that live on.
  public internal(set) var revived = 0
  /// Erasures of which the ledger says nothing.
  public internal(set) var unknown = 0
  /// What is wrong with the ledger itself.
  public internal(set) var trouble: LedgerTrouble?

  /// Whether ledger and database agree.
  public var isGood: Bool { trouble == nil && revived == 0 && unknown == 0 }
}

extension GuidanceStore {
  /// Follows the ledger from its first entry to its last, and compares all of it with the database; changes nothing, also
  /// while a service is erasing.
  public func verifyLedger() async throws -> LedgerVerification {
    var result = LedgerVerification()
    guard let ledger else { return result }
    // The database first: what commits meanwhile is in the ledger already.
    let row = try await LedgerRow.read(self)
    let (tombstones, written) = (try await tombstones(), try await writtenParticipants())
    let reader = try await ledger.onQueue { ledger in try Self.readLedger(ledger.folder, for: nil) }
    (result.entries, result.open) = (reader.number, reader.open.count)
    result.erased = reader.erased.reduce(0) { $0 + $1.count }
    result.trouble = row.map { $0.trouble(reader, in: ledger.folder) } ?? reader.firstBreak.map(LedgerTrouble.broken)
    result.revived = try await revived(reader.erased).count + revived(reader.participants).count
    let known = Set((reader.erased + reader.open.values).flatMap(\.ids))
    let participants = Set(reader.participants.map(\.participant))
    result.unknown = tombstones.count { !known.contains($0) } + written.count { !participants.contains($0) }
    return result
  }

  /// Everything that the files say, from the first entry on; changes nothing.
  ///
  /// - Parameter row: of the database whose sight a broken chain is judged by; nil when nobody asks.
  static func readLedger(_ folder: String, for row: LedgerRow?) throws -> LedgerReader {
    var state = ErasureLedger.State()
    let reader = LedgerReader(gatheringBehind: 0, anchor: row.map { ($0.number, $0.hash) })
    state.reader = reader
    _ = try state.readOn(folder, isCutting: false)
    return state.reader ?? reader
  }
}
