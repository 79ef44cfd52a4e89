import Lifecycle
import Logging
import Postgres
import Synchronization

extension GuidanceStore {
  /// Goes on with a ledger that this database wrote last. It has seen all of it, so there is nothing to erase again; if
  /// there is, something else has erased under its name.
  func goOn(
    _ ledger: ErasureLedger, _ reader: LedgerReader, _ row: LedgerRow, _ me: DatabaseIncarnation
  ) async throws -> LedgerPen {
    let forked = LedgerTrouble.forked(database: "\(me)", seen: row.number, folder: ledger.folder)
    guard try await revived(reader.erased).isEmpty, try await revived(reader.participants).isEmpty else { throw forked }
    let (term, outcomes) = try await decide(reader.open, row)
    guard !outcomes.contains(where: { $0.outcome == .lostWithDatabase }) else { throw forked }
    try await write(outcomes, into: ledger)
    return LedgerPen(ledger, id: row.id, term: term, writer: me)
  }

  /// Writes down that this database writes the ledger from here on, erases again what a backup has brought back, and only
  /// then has the database remember both: cut off anywhere, the next one does the same.
  ///
  /// - Parameters:
  ///   - claiming: whether an operator says so, which is written down whoever wrote last.
  ///   - opening: what was erased again is added there.
  func takeOver(
    _ ledger: ErasureLedger, _ reader: LedgerReader, _ row: LedgerRow, _ me: DatabaseIncarnation,
    claiming: Bool = false, again opening: inout LedgerOpening
  ) async throws -> LedgerPen {
    if claiming || reader.writers.last?.incarnation != me {
      let now = clock.now
      _ = try await ledger.onQueue { try $0.append(.writer(me), at: now, durably: true) }
      logger.notice(
        "this database writes the erasure ledger from now on",
        metadata: [
          "database": "\(me)", "before": "\(reader.writers.last.map { "\($0.incarnation)" } ?? "not named")",
        ])
    }
    let whole = try await ledger.onQueue { try Self.readLedger($0.folder, for: nil) }
    // Where the ledger went on from before what this database has seen, that says nothing of what it has not seen.
    let unseen = whole.counts(row.number) ? reader : whole
    let (term, outcomes) = try await decide(unseen.open, row)
    try await write(outcomes, into: ledger)
    let lost = outcomes.filter { $0.outcome == .lostWithDatabase }.compactMap { unseen.open[$0.batch] }
    let pen = LedgerPen(ledger, id: row.id, term: term, writer: me)
    opening.erasedAgain += try await eraseAgain(unseen.erased + lost, pen)
    opening.customersErasedAgain += try await eraseAgain(unseen.participants)
    try await addOwnErasures(ledger, notIn: whole)
    try await remember(pen)
    return pen
  }

  /// Writes down what this database has erased and no entry says that counts: it stood in what another one did not go on
  /// from. Without it a backup of later or earlier would bring it back.
  ///
  /// - Parameter whole: everything that the ledger says, and counts for the one who writes it now.
  func addOwnErasures(_ ledger: ErasureLedger, notIn whole: LedgerReader) async throws {
    let known = Set((whole.erased + whole.open.values).flatMap(\.ids))
    let (missing, now) = (try await tombstones().filter { !known.contains($0) }, clock.now)
    try await ledger.onQueue { try $0.adopt(missing, at: now) }
    let participants = Set(whole.participants.map(\.participant))
    guard try await writtenParticipants().contains(where: { !participants.contains($0) }) else { return }
    // The next sweep writes them once more: which of them are missing is not worth knowing.
    try await scheduler.write(preamble: [stating(nil)]) { transaction in
      try transaction.enqueue("UPDATE ohjaustila.participant_erasure SET is_written = false WHERE is_written")
    }
  }

  /// Has the database remember that it writes the ledger, and has seen it to its head.
  func remember(_ pen: LedgerPen) async throws {
    // What the database has seen is on the disk.
    let head = try await pen.ledger.onQueue { ledger in
      try ledger.state.withLock { state in
        if state.isUnsynced { try state.sync(ledger.folder) }
        return state.reader?.head
      }
    }
    guard let head else { throw LedgerTrouble.busy(folder: pen.ledger.folder) }
    try await scheduler.write(preamble: [stating(nil)]) { try pen.takeOver(head, on: $0) }
  }
}
