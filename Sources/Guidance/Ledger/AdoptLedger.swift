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
  /// - Throws: `LedgerTrouble` when the files can't be used, and when nothing is wrong with them but that another database
  ///   has written them since: what that one erased is not to be adopted.
  public func adoptLedger() async throws -> LedgerAdoption {
    guard let ledger else { return LedgerAdoption(erased: 0, onlyInLedger: 0, setAside: nil) }
    guard try await ledger.take(waiting: .seconds(10)) else { throw LedgerTrouble.busy(folder: ledger.folder) }
    do {
      let adoption = try await adopt(ledger)
      try await ledger.giveBack()
      return adoption
    } catch {
      try? await ledger.giveBack()
      throw error
    }
  }

  private func refuseToAdoptAnothers(_ ledger: ErasureLedger) async throws {
    let (found, me) = try await LedgerRow.readWithName(self)
    let reader = try await ledger.onQueue { try Self.readLedger($0.folder, for: nil) }
    guard let row = found, row.trouble(reader, in: ledger.folder) == nil else { return }
    let standing = LedgerStanding(me, row, reader)
    if let trouble = LedgerTrouble(standing, of: me, row, in: ledger.folder) { throw trouble }
  }

  private func adopt(_ ledger: ErasureLedger) async throws -> LedgerAdoption {
    let tombstones = try await tombstones()
    let (installation, now) = (installationName, clock.now)
    try await refuseToAdoptAnothers(ledger)
    let old = try await ledger.onQueue { try $0.salvage(of: installation) }
    let known = Set(tombstones)
    let others = Set(old.spaces).subtracting(known)
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

extension ErasureLedger {
  /// Everything that the files call erased, whether their chain holds or not, and what an intent without its end was about
  /// to erase; also those that were moved aside before: the one that was to take their place may never have been written
  /// to its end.
  fileprivate func salvage(of installation: String) throws -> (spaces: [ID<Space>], participants: [ErasedParticipant]) {
    let here = try GuidanceStore.readLedger(folder, for: nil)
    let before = try LedgerFiles.setAside(in: folder).map { try GuidanceStore.readLedger($0, for: nil) }
      .filter { $0.opening.map { $0.installation == installation } ?? true }
    let all = before + [here]
    return (
      all.flatMap { ($0.erased + $0.open.values).flatMap(\.ids) }, ErasedParticipant.merged(all.flatMap(\.participants))
    )
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
