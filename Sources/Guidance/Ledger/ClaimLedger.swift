public import Lifecycle
import Logging
import Postgres
import Synchronization

/// How a database stands to its ledger, and what claiming it would come to.
public struct LedgerClaim: Sendable {
  /// What an operator says of the databases that have written one ledger.
  public enum Decision: Sendable {
    /// This one goes on; what another has erased meanwhile was not erased here, and stays.
    case keeping
    /// This one was brought back, and the other is gone: what that one erased is erased here, too.
    case erasing
  }

  /// The name of this database.
  public let database: String
  /// Of the one that wrote last, since when; nil when none is named yet.
  public let writer: (name: String, entry: Int, at: Instant)?
  /// The last entry that this database has seen.
  public let seen: Int
  /// How many there are.
  public let entries: Int
  /// Spaces that the ledger calls erased and this database still has.
  public let spaces: Int
  /// Customers of spaces that live on, likewise.
  public let customers: Int
  /// Whether this database may not go on by itself.
  public let isNeeded: Bool
}

extension GuidanceStore {
  /// Carries out what an operator decides where two databases have written one ledger.
  ///
  /// - Parameter decision: nil asks how things stand, and changes nothing.
  /// - Throws: `LedgerTrouble` when the ledger is not whole, or is another's: a claim would not help then.
  public func claimLedger(_ decision: LedgerClaim.Decision?) async throws -> LedgerClaim? {
    guard let ledger else { return nil }
    guard try await ledger.take(waiting: .seconds(10)) else { throw LedgerTrouble.busy(folder: ledger.folder) }
    do {
      let claim = try await claim(ledger, decision)
      // Who comes next reads it anew.
      ledger.state.withLock { $0.reader = nil }
      try await ledger.giveBack()
      return claim
    } catch {
      ledger.state.withLock { $0.reader = nil }
      try? await ledger.giveBack()
      throw error
    }
  }

  private func claim(_ ledger: ErasureLedger, _ decision: LedgerClaim.Decision?) async throws -> LedgerClaim? {
    let (found, me) = try await LedgerRow.readWithName(self)
    guard let row = found else { return nil }
    // One who only asks cuts nothing off.
    let whole = try await ledger.onQueue { try Self.readLedger($0.folder, for: nil) }
    if let trouble = row.trouble(whole, in: ledger.folder) { throw trouble }
    let standing = LedgerStanding(me, row, whole)
    let (spaces, customers) = (try await revived(whole.erased).count, try await revived(whole.participants).count)
    let isHidden = standing == .continues && (spaces > 0 || customers > 0)
    let claim = LedgerClaim(
      database: "\(me)", writer: whole.writers.last.map { ("\($0.incarnation)", $0.number, $0.at) }, seen: row.number,
      entries: whole.number, spaces: spaces, customers: customers,
      isNeeded: LedgerTrouble(standing, of: me, row, in: ledger.folder) != nil || isHidden)
    guard let decision, claim.isNeeded else { return claim }
    _ = try await ledger.onQueue { try $0.catchUp(gatheringBehind: 0) }
    switch decision {
    case .keeping: try await keep(ledger, row, me)
    case .erasing:
      guard let reader = ledger.state.withLock(\.reader) else { throw LedgerTrouble.busy(folder: ledger.folder) }
      var opening = LedgerOpening()
      _ = try await takeOver(ledger, reader, row, me, claiming: true, again: &opening)
    }
    return claim
  }

  /// Goes on behind what this database has seen, and writes down what it has erased and the rest does not say.
  private func keep(_ ledger: ErasureLedger, _ row: LedgerRow, _ me: DatabaseIncarnation) async throws {
    let now = clock.now
    _ = try await ledger.onQueue { try $0.append(.writer(me, after: row.number), at: now, durably: true) }
    logger.notice(
      "this database writes the erasure ledger from now on, by an operator's word", metadata: ["database": "\(me)"])
    try await addOwnErasures(ledger, notIn: try await ledger.onQueue { try Self.readLedger($0.folder, for: nil) })
    try await remember(LedgerPen(ledger, id: row.id, term: row.term, writer: me))
  }
}
