import Lifecycle
import Postgres
import Synchronization

/// What a new ledger was written from.
public struct LedgerAdoption: Sendable {
  /// Spaces that it calls erased.
  public let erased: Int
  /// Of these, those that only the ledger before it spoke of.
  public let onlyInLedger: Int
  /// Where the files before it were moved; nil when there were none.
  public let setAside: String?
}

extension GuidanceStore {
  /// Writes a new ledger from the database's tombstones and whatever can be read of the one that is there, which is moved
  /// aside. The next start compares all of it with the database.
  ///
  /// The operator's decision: what only a lost ledger knew is lost, and a backup may bring it back.
  ///
  /// - Parameter takingInAnothers: whether also what another database has erased is to be erased here.
  /// - Throws: `LedgerTrouble` when the files can't be used, when nothing is wrong with them but that another database has
  ///   written them since, and when they call erased what is here and another database may have written that.
  public func adoptLedger(takingInAnothers: Bool = false) async throws -> LedgerAdoption {
    guard let ledger else { return LedgerAdoption(erased: 0, onlyInLedger: 0, setAside: nil) }
    guard try await ledger.take(waiting: .seconds(10)) else { throw LedgerTrouble.busy(folder: ledger.folder) }
    do {
      let adoption = try await adopt(ledger, takingInAnothers)
      try await ledger.giveBack()
      return adoption
    } catch {
      try? await ledger.giveBack()
      throw error
    }
  }

  /// Nothing of this database is erased because another one has erased it, unless an operator says so.
  private func refuseToAdoptAnothers(_ ledger: ErasureLedger, _ files: LedgerRemains) async throws {
    let (found, me) = try await LedgerRow.readWithName(self)
    guard let row = found else { return }
    let standing = LedgerStanding(me, row, files.here)
    if row.trouble(files.here, in: ledger.folder) == nil {
      guard let trouble = LedgerTrouble(standing, of: me, row, in: ledger.folder) else { return }
      throw trouble
    }
    guard files.all.contains(where: { !row.isLine($0, of: me) }) else { return }
    let spaces = try await revived(files.erased).count
    let customers = try await revived(files.participants).count
    guard spaces > 0 || customers > 0 else { return }
    throw LedgerTrouble.anothers(spaces: spaces, customers: customers, folder: ledger.folder)
  }

  private func adopt(_ ledger: ErasureLedger, _ takingInAnothers: Bool) async throws -> LedgerAdoption {
    let tombstones = try await tombstones()
    let (installation, now) = (installationName, clock.now)
    let old = try await ledger.onQueue { try $0.salvage(of: installation) }
    if !takingInAnothers { try await refuseToAdoptAnothers(ledger, old) }
    let known = Set(tombstones)
    let others = Set(old.erased.flatMap(\.ids)).subtracting(known)
    let id = ID<ErasureLedger>.make()
    let aside = try await ledger.onQueue { ledger in
      let aside = try ledger.moveAside(at: now)
      try ledger.begin(id, of: installation, adopting: tombstones + others, old.participants, at: now)
      return aside
    }
    guard let first = ledger.state.withLock({ $0.reader?.first }) else {
      throw LedgerTrouble.busy(folder: ledger.folder)
    }
    try await scheduler.write(preamble: [stating(nil)]) { transaction in
      try transaction.enqueue(
        """
        INSERT INTO ohjaustila.erasure_ledger (id, number, hash) VALUES (\(id), 1, \(Bytea(first)))
        ON CONFLICT (only_row) DO UPDATE SET id = excluded.id, number = 1, hash = excluded.hash,
          term = ohjaustila.erasure_ledger.term + 1, writer = NULL
        """)
      // The next sweep writes them into the new one.
      try transaction.enqueue("UPDATE ohjaustila.participant_erasure SET is_written = false WHERE is_written")
    }
    ledger.state.withLock { $0.reader = nil }
    return LedgerAdoption(erased: known.count + others.count, onlyInLedger: others.count, setAside: aside)
  }
}

/// What can be read of a ledger that is to be replaced.
private struct LedgerRemains {
  /// The files that are in place.
  let here: LedgerReader
  /// Those that were moved aside.
  let before: [LedgerReader]

  var all: [LedgerReader] { before + [here] }

  /// What they call erased, and what an intent without its end was about to erase.
  var erased: [ErasedSpaces] { all.flatMap { $0.erased + $0.open.values } }
  var participants: [ErasedParticipant] { ErasedParticipant.merged(all.flatMap(\.participants)) }
}

extension LedgerRow {
  /// Whether a ledger that may be another or damaged says only what this database, or one before it, has erased.
  fileprivate func isLine(_ reader: LedgerReader, of me: DatabaseIncarnation) -> Bool {
    // Nothing was written there, or nothing of it can be read.
    guard reader.number > 0 else { return true }
    if let opening = reader.opening, opening.ledger == id {
      return LedgerTrouble(LedgerStanding(me, self, reader), of: me, self, in: "") == nil
    }
    // One that this database does not know was begun by a later adoption, of its own or of the one it was a backup of.
    guard let writer else { return false }
    let names = reader.writers.map(\.incarnation)
    return writer == me ? names.last == me : names.contains(writer)
  }
}

extension ErasureLedger {
  /// What can be read of the files, whether their chain holds or not; also of those that were moved aside before: the one
  /// that was to take their place may never have been written to its end.
  fileprivate func salvage(of installation: String) throws -> LedgerRemains {
    let before = try LedgerFiles.setAside(in: folder).map { try GuidanceStore.readLedger($0, for: nil) }
      .filter { $0.opening.map { $0.installation == installation } ?? true }
    return LedgerRemains(here: try GuidanceStore.readLedger(folder, for: nil), before: before)
  }

  /// Moves the files into a folder of their own, and begins with none.
  fileprivate func moveAside(at now: Instant) throws -> String? {
    try state.withLock { state in
      let names = try LedgerFiles.segments(in: folder)
      state.reader = LedgerReader(gatheringBehind: .max)
      (state.segment, state.end, state.seen) = (nil, 0, 0)
      guard !names.isEmpty else { return nil }
      let aside = LedgerFiles.aside(at: now.microseconds, in: folder)
      try LedgerFiles.makeFolder(aside)
      for name in names { try LedgerFiles.move(folder + "/" + name, to: aside + "/" + name) }
      try LedgerFiles.syncFolder(aside)
      try LedgerFiles.syncFolder(folder)
      return aside
    }
  }
}
