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
      throw LedgerTrouble.unusable(error)
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
      let row = try await LedgerRow.read(self)
      let cut = try await ledger.onQueue { try $0.catchUp(gatheringBehind: row?.number ?? 0) }
      if cut > 0 { logger.warning("the erasure ledger's last line was not finished; \(cut) bytes were cut off") }
      let pen = try await compare(ledger, try await acquaint(ledger, row), &opening)
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
    _ ledger: ErasureLedger, _ row: LedgerRow, _ opening: inout LedgerOpening
  ) async throws -> LedgerPen? {
    guard let reader = ledger.state.withLock(\.reader) else { return nil }
    if let trouble = row.trouble(reader, in: ledger.folder) {
      guard trouble.isComparable else { throw trouble }
      // What can be read must not be in the database any more, and what can't must have been seen by it: else what was
      // erased would be served.
      let whole = try await ledger.onQueue { try Self.readLedger($0.folder, for: row) }
      guard whole.hidesNothing, try await revived(whole.erased).isEmpty,
        try await revived(whole.participants).isEmpty
      else { throw trouble }
      note(trouble, in: ledger)
      opening.trouble = trouble
      return nil
    }
    // Development clocks go back with a restored database, and nobody's promises depend on them.
    if !clock.isMovable, reader.latest > clock.now + Self.destructionSkew {
      throw LedgerTrouble.early(entryAt: reader.latest, folder: ledger.folder)
    }
    var (term, lost) = (row.term, [ErasedSpaces]())
    do {
      if !reader.open.isEmpty { (term, lost) = try await decideAfresh(reader.open, ledger, row) }
    } catch let error as LedgerFileError {
      // There is no room for what became of an erasure. Nothing depends on it but the next one.
      let trouble = LedgerTrouble.unusable(error)
      guard try await revived(reader.erased).isEmpty, try await revived(reader.participants).isEmpty else {
        throw trouble
      }
      note(trouble, in: ledger)
      opening.trouble = trouble
      return nil
    }
    ledger.state.withLock { $0.trouble = nil }
    let pen = LedgerPen(ledger, id: row.id, term: term)
    opening.erasedAgain = try await eraseAgain(reader.erased + lost, pen)
    opening.customersErasedAgain = try await eraseAgain(reader.participants)
    ledger.state.withLock { state in
      state.reader?.forgetErased()
      state.seen = max(state.seen, row.number)
    }
    return pen
  }

  /// Nothing is known of it any more: whoever comes next reads it anew.
  private func note(_ trouble: LedgerTrouble, in ledger: ErasureLedger) {
    ledger.state.withLock { ($0.reader, $0.trouble) = (nil, trouble) }
    logger.error("nothing is erased: \(trouble)")
  }

  /// What came of an intent, as the database has it.
  private enum Outcome {
    case committed
    case never
    /// This database is older than the intent and can't tell: a space that was to be erased then is not due here. What
    /// was to be erased is not given back because the line that says so is missing.
    case lostWithDatabase
  }

  /// Intents of which nothing more is known were left by a process that died. The database knows what came of them, once
  /// nothing can commit any more that is still under way: raising the term waits for it, or forbids it.
  ///
  /// - Returns: the new term, and what a restored database has lost the erasure of.
  private func decideAfresh(
    _ open: [ID<ErasureBatch>: ErasedSpaces], _ ledger: ErasureLedger, _ row: LedgerRow
  ) async throws -> (term: Int, lost: [ErasedSpaces]) {
    let term = try await scheduler.write(preamble: [stating(nil)]) { transaction in
      try transaction.exactlyOne(
        "UPDATE ohjaustila.erasure_ledger SET term = term + 1 WHERE id = \(row.id) RETURNING term"
      ) { try $0.get(0, as: Int.self) }
    }
    var lost: [ErasedSpaces] = []
    for (batch, spaces) in open {
      let outcome = try await outcome(of: batch, spaces)
      if outcome == .lostWithDatabase { lost.append(spaces) }
      let (entry, now) = (outcome == .never ? LedgerEntry.dropped(batch) : .done(batch), clock.now)
      _ = try await ledger.onQueue { try $0.append(entry, at: now, durably: true) }
      logger.notice("an erasure that was cut off", metadata: ["batch": "\(batch)", "outcome": "\(outcome)"])
    }
    return (term, lost)
  }

  private func outcome(of batch: ID<ErasureBatch>, _ spaces: ErasedSpaces) async throws -> Outcome {
    let ids = spaces.ids
    let (isCommitted, isOlder) = try await scheduler.readOnce([
      stating(nil),
      """
      SELECT EXISTS (SELECT FROM ohjaustila.tombstone WHERE space_id = ANY (\(ids)) AND ledger_batch = \(batch)),
        EXISTS (SELECT FROM ohjaustila.space s WHERE s.id = ANY (\(ids)) AND s.erases_at > \(spaces.at)
          AND NOT EXISTS (SELECT FROM ohjaustila.tombstone t WHERE t.space_id = s.id))
      """,
    ]) { rows in
      let row = try rows[1].exactlyOne()
      return (try row.get(0, as: Bool.self), try row.get(1, as: Bool.self))
    }
    return isCommitted ? .committed : isOlder ? .lostWithDatabase : .never
  }
}

// MARK: - The first meeting of a database and its ledger

extension GuidanceStore {
  /// Registers the ledger with a database that knows none, and begins one where there is none yet.
  ///
  /// What was erased before there was a ledger is written into it, so that older backups don't bring it back either.
  private func acquaint(_ ledger: ErasureLedger, _ row: LedgerRow?) async throws -> LedgerRow {
    if let row { return row }
    if ledger.state.withLock({ $0.reader?.number }) == 0 {
      let erased = try await tombstones()
      let (installation, now) = (installationName, clock.now)
      try await ledger.onQueue { ledger in
        try ledger.begin(ID.make(), of: installation, adopting: erased, at: now)
      }
    }
    guard let reader = ledger.state.withLock(\.reader), let opening = reader.opening else {
      throw LedgerTrouble.broken(
        LedgerBreak(file: ledger.folder, after: 0, reason: .unreadable))
    }
    guard opening.installation == installationName else { throw LedgerTrouble.foreign(folder: ledger.folder) }
    return try await register(opening.ledger, reader.first)
  }

  /// The fingerprint of the installation's index key: the ledger knows by it whose it is.
  var installationName: String {
    keys.fingerprints.first { $0.kind == "index" }.map { Hexadecimal.encode($0.digest) } ?? ""
  }

  /// Of two first starts at once on two machines, the second finds what the first wrote.
  func register(_ id: ID<ErasureLedger>, _ hash: [UInt8]) async throws -> LedgerRow {
    try await scheduler.write(preamble: [stating(nil)]) { transaction in
      try transaction.enqueue(
        """
        INSERT INTO ohjaustila.erasure_ledger (id, number, hash) VALUES (\(id), 1, \(Bytea(hash)))
        ON CONFLICT (only_row) DO NOTHING
        """)
      return try transaction.exactlyOne(LedgerRow.selection, LedgerRow.init)
    }
  }

  /// Every space that this database knows to be erased.
  func tombstones() async throws -> [ID<Space>] {
    try await scheduler.readOnce(
      [stating(nil), "SELECT space_id FROM ohjaustila.tombstone ORDER BY erased_at, space_id"], sharing: false
    ) { try $0[1].map { try $0.get(0) } }
  }
}

extension ErasureLedger {
  /// Writes the first entries of a new ledger.
  func begin(
    _ id: ID<ErasureLedger>, of installation: String, adopting erased: [ID<Space>],
    _ participants: [ErasedParticipant] = [], at now: Instant
  ) throws(LedgerFileError) {
    try append(.opened(id, installation: installation), at: now, durably: erased.isEmpty)
    for participant in participants { try append(.participant(participant), at: now, durably: erased.isEmpty) }
    for start in stride(from: 0, to: erased.count, by: LedgerEntry.spacesAtOnce) {
      let end = min(start + LedgerEntry.spacesAtOnce, erased.count)
      try append(.adopted(Array(erased[start..<end])), at: now, durably: end == erased.count)
    }
  }
}
