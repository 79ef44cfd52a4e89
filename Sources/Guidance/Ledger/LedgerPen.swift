import Lifecycle
import Postgres
import Synchronization

/// The right to write erasures into the ledger, from taking it to giving it back: of one process at a time.
final class LedgerPen: Sendable {
  let ledger: ErasureLedger
  private let id: ID<ErasureLedger>
  /// Raised in the database whenever a pen finds intents of a process that died: what that one still had under way can't
  /// commit any more.
  private let term: Int
  private let writer: DatabaseIncarnation

  init(_ ledger: ErasureLedger, id: ID<ErasureLedger>, term: Int, writer: DatabaseIncarnation) {
    (self.ledger, self.id, self.term, self.writer) = (ledger, id, term, writer)
  }

  /// An entry that is on the disk.
  struct Written: Sendable {
    fileprivate let number: Int
    fileprivate let hash: [UInt8]
  }

  /// One that says what is about to be erased.
  struct Intent: Sendable {
    let batch = ID<ErasureBatch>.make()
    let entry: Written

    fileprivate init(_ spaces: [ID<Space>], at now: Instant, in ledger: ErasureLedger) throws(LedgerFileError) {
      let (number, hash) = try ledger.append(.intent(batch, spaces), at: now, durably: true)
      entry = Written(number: number, hash: hash)
    }
  }

  /// Writes down what is about to be erased; on the disk when this returns, and before anything is committed.
  func intend(_ spaces: [ID<Space>], at now: Instant) throws(LedgerFileError) -> Intent {
    try Intent(spaces, at: now, in: ledger)
  }

  /// Writes down customers of several who were erased.
  ///
  /// - Returns: the last entry; on the disk with those before it.
  func write(_ erased: [ErasedParticipant], at now: Instant) throws(LedgerFileError) -> Written {
    var last: (number: Int, hash: [UInt8]) = (0, [])
    for (index, one) in erased.enumerated() {
      last = try ledger.append(.participant(one), at: now, durably: index == erased.count - 1)
    }
    return Written(number: last.number, hash: last.hash)
  }

  /// The last statement of the transaction: it tells the database how much of the ledger it has seen, and fails when
  /// another process has taken over, or the database is another than it was.
  func seal(_ entry: Written, on transaction: WriteTransaction) throws {
    try transaction.enqueueUpdatingExactlyOne(
      """
      UPDATE ohjaustila.erasure_ledger SET number = greatest(number, \(entry.number)),
        hash = CASE WHEN \(entry.number) > number THEN \(Bytea(entry.hash)) ELSE hash END
      WHERE id = \(id) AND term = \(term) AND writer = \(writer.name) AND writer = ohjaustila.incarnation()
      """)
  }

  /// The same while the database takes the ledger over: it has seen all of it only when everything is erased again.
  func hold(on transaction: WriteTransaction) throws {
    try transaction.enqueueUpdatingExactlyOne(
      "UPDATE ohjaustila.erasure_ledger SET number = number WHERE id = \(id) AND term = \(term)")
  }

  /// The end of taking over: this database writes the ledger, and has seen it to its head.
  func takeOver(_ head: (number: Int, hash: [UInt8]), on transaction: WriteTransaction) throws {
    try transaction.enqueueUpdatingExactlyOne(
      """
      UPDATE ohjaustila.erasure_ledger
      SET writer = \(writer.name), number = \(head.number), hash = \(Bytea(head.hash))
      WHERE id = \(id) AND term = \(term) AND ohjaustila.incarnation() = \(writer.name)
      """)
  }

  /// Writes down that the transaction has committed; on the disk with the next intent, or when the pen is given back.
  func finish(_ intent: Intent, at now: Instant) async throws {
    _ = try await ledger.onQueue { ledger in try ledger.append(.done(intent.batch), at: now, durably: false) }
    ledger.state.withLock { $0.seen = max($0.seen, intent.entry.number) }
  }

  /// Lets others write.
  func giveBack() async throws { try await ledger.giveBack() }
}
