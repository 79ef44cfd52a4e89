import Lifecycle
import Logging
import Postgres
import Synchronization
import Vault

/// What opening the ledger came to.
public struct LedgerOpening: Sendable {
  /// Spaces that the ledger calls erased and a restored database still had.
  public internal(set) var erasedAgain = 0
  /// Customers of spaces that live on, likewise.
  public internal(set) var customersErasedAgain = 0
  /// Why nothing is erased for now, although the service may start.
  public internal(set) var trouble: LedgerTrouble?

  /// Nothing was compared.
  public init() {}
}

extension GuidanceStore {
  /// Compares the ledger with the database, and erases again what a restored backup has brought back; to be called before
  /// anything is answered or swept.
  ///
  /// - Throws: `LedgerTrouble` when the two can't be compared.
  public func openLedger() async throws -> LedgerOpening {
    guard let ledger else { return LedgerOpening() }
    do {
      guard try await ledger.take(waiting: Self.startPatience) else { throw LedgerTrouble.busy(folder: ledger.folder) }
    } catch let error as LedgerFileError {
      return try await openUnwritable(ledger, error)
    }
    var opening = LedgerOpening()
    if let pen = try await settle(ledger, &opening) { try await pen.giveBack() }
    return opening
  }

  /// Takes the ledger for a sweep.
  ///
  /// - Parameter patience: how long to wait for another process that has it.
  /// - Returns: nil when nothing can be erased now; why is in the log.
  func takeLedger(waiting patience: Duration = .zero) async throws -> LedgerPen? {
    guard let ledger else { return nil }
    do {
      guard try await ledger.take(waiting: patience) else { return nil }
      var opening = LedgerOpening()
      return try await settle(ledger, &opening)
    } catch let error as LedgerFileError {
      note(.unusable(error), in: ledger)
    } catch let trouble as LedgerTrouble {
      note(trouble, in: ledger)
    }
    return nil
  }

  /// Why nothing is erased, as the last sweep found out.
  public var ledgerTrouble: LedgerTrouble? { ledger?.state.withLock(\.trouble) }

  /// How long a start waits for another process that erases.
  private static let startPatience: Duration = .seconds(60)

  /// Brings ledger and database together, with the lock taken; gives it back unless there is a pen.
  private func settle(_ ledger: ErasureLedger, _ opening: inout LedgerOpening) async throws -> LedgerPen? {
    do {
      let (row, me) = try await LedgerRow.readWithName(self)
      let cut = try await ledger.onQueue { try $0.catchUp(gatheringBehind: row?.number ?? 0) }
      if cut > 0 { logger.warning("the erasure ledger's last line was not finished; \(cut) bytes were cut off") }
      let pen = try await compare(ledger, try await acquaint(ledger, row), me, &opening)
      if pen == nil { try await ledger.giveBack() }
      return pen
    } catch {
      // Who comes next reads it anew: it may have been brought back.
      ledger.state.withLock { $0.reader = nil }
      try? await ledger.giveBack()
      throw error
    }
  }

  private func compare(
    _ ledger: ErasureLedger, _ row: LedgerRow, _ me: DatabaseIncarnation, _ opening: inout LedgerOpening
  ) async throws -> LedgerPen? {
    guard let reader = ledger.state.withLock(\.reader) else { return nil }
    if let trouble = row.trouble(reader, in: ledger.folder) {
      try await serveWithout(ledger, row, trouble)
      opening.trouble = trouble
      return nil
    }
    let standing = try stand(ledger, reader, row, me)
    do {
      let pen: LedgerPen
      if standing == .continues {
        pen = try await goOn(ledger, reader, row, me)
      } else {
        pen = try await takeOver(ledger, reader, row, me, again: &opening)
      }
      ledger.state.withLock { state in
        state.trouble = nil
        state.reader?.forgetErased()
        state.seen = max(state.seen, row.number)
      }
      return pen
    } catch let error as LedgerFileError {
      // There is no room for what became of an erasure, or for who writes. Nothing depends on it but the next one.
      let trouble = LedgerTrouble.unusable(error)
      guard try await isGone(reader) else { throw trouble }
      note(trouble, in: ledger)
      opening.trouble = trouble
      return nil
    }
  }

  /// How the database stands to a ledger that is its own.
  ///
  /// - Throws: `LedgerTrouble` when it must not touch it.
  private func stand(
    _ ledger: ErasureLedger, _ reader: LedgerReader, _ row: LedgerRow, _ me: DatabaseIncarnation
  ) throws -> LedgerStanding {
    let standing = LedgerStanding(me, row, reader)
    if let trouble = LedgerTrouble(standing, of: me, row, in: ledger.folder) { throw trouble }
    // Development clocks go back with a restored database, and nobody's promises depend on them.
    if !clock.isMovable, reader.latest > clock.now + Self.destructionSkew {
      throw LedgerTrouble.early(entryAt: reader.latest, folder: ledger.folder)
    }
    return standing
  }

  /// With a ledger that is damaged and may still be compared: nothing is erased.
  ///
  /// - Throws: the trouble, where something that was erased might be served.
  private func serveWithout(_ ledger: ErasureLedger, _ row: LedgerRow, _ trouble: LedgerTrouble) async throws {
    guard trouble.isComparable else { throw trouble }
    // What can be read must not be in the database any more, and what can't must have been seen by it.
    let whole = try await ledger.onQueue { try Self.readLedger($0.folder, for: row) }
    guard whole.hidesNothing, try await revived(whole.erased).isEmpty, try await revived(whole.participants).isEmpty
    else { throw trouble }
    note(trouble, in: ledger)
  }

  /// Where a ledger's folder can be read and not written to: nothing is erased, and the rest goes on if nothing is to be
  /// erased again. What a customer is promised is that what was erased stays so, and that what is due is hidden; both hold.
  private func openUnwritable(_ ledger: ErasureLedger, _ error: LedgerFileError) async throws -> LedgerOpening {
    let trouble = LedgerTrouble.unusable(error)
    let (found, me) = try await LedgerRow.readWithName(self)
    guard let row = found, let reader = try? await ledger.onQueue({ try Self.readLedger($0.folder, for: row) }) else {
      throw trouble
    }
    if let other = row.trouble(reader, in: ledger.folder) {
      try await serveWithout(ledger, row, other)
    } else {
      _ = try stand(ledger, reader, row, me)
    }
    guard try await isGone(reader) else { throw trouble }
    note(trouble, in: ledger)
    var opening = LedgerOpening()
    opening.trouble = trouble
    return opening
  }

  /// Whether the database has nothing any more of what a ledger calls erased, or was about to erase when it was cut off.
  private func isGone(_ reader: LedgerReader) async throws -> Bool {
    for (batch, spaces) in reader.open where try await outcome(of: batch, spaces) == .lostWithDatabase { return false }
    let (spaces, customers) = (try await revived(reader.erased), try await revived(reader.participants))
    return spaces.isEmpty && customers.isEmpty
  }

  /// Nothing is known of it any more: whoever comes next reads it anew.
  func note(_ trouble: LedgerTrouble, in ledger: ErasureLedger) {
    ledger.state.withLock { ($0.reader, $0.trouble) = (nil, trouble) }
    logger.error("nothing is erased: \(trouble)")
  }
}
