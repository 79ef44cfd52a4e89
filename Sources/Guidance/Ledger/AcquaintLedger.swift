import Lifecycle
import Postgres
import Synchronization
import Vault

extension GuidanceStore {
  /// Registers the ledger with a database that knows none, and begins one where there is none yet.
  ///
  /// What was erased before there was a ledger is written into it, so that older backups don't bring it back either.
  func acquaint(_ ledger: ErasureLedger, _ row: LedgerRow?) async throws -> LedgerRow {
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
    try adopt(erased, at: now)
  }

  /// Writes down spaces that were erased before; on the disk when this returns.
  func adopt(_ erased: [ID<Space>], at now: Instant) throws(LedgerFileError) {
    for start in stride(from: 0, to: erased.count, by: LedgerEntry.spacesAtOnce) {
      let end = min(start + LedgerEntry.spacesAtOnce, erased.count)
      try append(.adopted(Array(erased[start..<end])), at: now, durably: end == erased.count)
    }
  }
}
