import Lifecycle
import Logging
import Postgres

extension GuidanceStore {
  /// What came of an intent, as the database has it.
  enum Outcome {
    case committed
    case never
    /// This database is older than the intent and can't tell: a space that was to be erased then is not due here. What
    /// was to be erased is not given back because the line that says so is missing.
    case lostWithDatabase
  }

  /// Intents of which nothing more is known were left by a process that died. The database knows what came of them, once
  /// nothing can commit any more that is still under way: raising the term waits for it, or forbids it.
  ///
  /// - Returns: the new term, and what came of each.
  func decide(
    _ open: [ID<ErasureBatch>: ErasedSpaces], _ row: LedgerRow
  ) async throws -> (term: Int, outcomes: [(batch: ID<ErasureBatch>, outcome: Outcome)]) {
    guard !open.isEmpty else { return (row.term, []) }
    let term = try await scheduler.write(preamble: [stating(nil)]) { transaction in
      try transaction.exactlyOne(
        "UPDATE ohjaustila.erasure_ledger SET term = term + 1 WHERE id = \(row.id) RETURNING term"
      ) { try $0.get(0, as: Int.self) }
    }
    var outcomes: [(ID<ErasureBatch>, Outcome)] = []
    for (batch, spaces) in open { outcomes.append((batch, try await outcome(of: batch, spaces))) }
    return (term, outcomes)
  }

  /// Writes down what came of them.
  func write(_ outcomes: [(batch: ID<ErasureBatch>, outcome: Outcome)], into ledger: ErasureLedger) async throws {
    for (batch, outcome) in outcomes {
      let (entry, now) = (outcome == .never ? LedgerEntry.dropped(batch) : .done(batch), clock.now)
      _ = try await ledger.onQueue { try $0.append(entry, at: now, durably: true) }
      logger.notice("an erasure that was cut off", metadata: ["batch": "\(batch)", "outcome": "\(outcome)"])
    }
  }

  func outcome(of batch: ID<ErasureBatch>, _ spaces: ErasedSpaces) async throws -> Outcome {
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
