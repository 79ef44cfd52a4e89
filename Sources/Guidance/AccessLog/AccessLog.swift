import Logging
import Postgres
import Synchronization

/// Nothing is shown because the look at it can't be written down. It passes when the database is reached again.
public struct AccessUnlogged: Error {}

/// Writes the access log of one running copy: entries gather for a moment and are committed together.
///
/// What a crash may lose: entries that were only noted, of the last window (200 ms) or while the database was away.
/// Nothing is lost of what somebody waited for with `commit`. A look may be in the log that its reader never got, where
/// the answer failed afterwards; never the other way round.
final class AccessLog: Sendable {
  private typealias Waiter = CheckedContinuation<Void, any Error>

  private let database: Database
  private let window: Duration
  private let logger: Logger
  private let queue = Mutex(AccessQueue<Waiter>())
  /// Where this copy's chain ends; nil before its first entry. Only the one task that writes changes it.
  private let end = Mutex<(chain: Int, head: AccessHead)?>(nil)

  private static let pauseAfterFailure: Duration = .milliseconds(250)

  init(database: Database, window: Duration, logger: Logger) {
    self.database = database
    self.window = window
    self.logger = logger
  }

  /// Entries that are not in the database yet.
  var waiting: Int { queue.withLock { $0.count } }

  /// Has an entry written soon, without waiting for it.
  ///
  /// - Throws: `AccessUnlogged` when too many wait already.
  func note(_ entry: AccessEntry) throws {
    guard let step = queue.withLock({ $0.add(entry) }) else { throw AccessUnlogged() }
    take(step)
  }

  /// Returns when an entry is in the database for good.
  ///
  /// - Throws: `AccessUnlogged` when it could not be written, or nobody knows whether it was.
  func commit(_ entry: AccessEntry) async throws {
    try await withCheckedThrowingContinuation { waiter in
      guard let step = queue.withLock({ $0.add(entry, waiter) }) else {
        return waiter.resume(throwing: AccessUnlogged())
      }
      take(step)
    }
  }

  /// Returns when everything noted so far is in the database.
  ///
  /// - Throws: `AccessUnlogged` when that could not be done.
  func flush() async throws {
    try await withCheckedThrowingContinuation { (waiter: Waiter) in
      let (step, isLost) = queue.withLock { ($0.flush(waiter), $0.isAbandoned && $0.count > 0) }
      if let step { return take(step) }
      if isLost { waiter.resume(throwing: AccessUnlogged()) } else { waiter.resume() }
    }
  }

  /// Writes what is left and takes no more; says in the log what could not be written.
  func close() async {
    queue.withLock { $0.close() }
    try? await flush()
    let lost = queue.withLock { $0.count }
    if lost > 0 { logger.error("entries of the access log were not written", metadata: ["entries": "\(lost)"]) }
  }

  private func take(_ step: AccessQueue<Waiter>.Step) {
    switch step {
    case .nothing: return
    case .wait:
      Task {
        try? await Task.sleep(for: window)
        take(queue.withLock { $0.windowPassed() })
      }
    case .write: Task { await write() }
    }
  }

  /// Writes the batch at the front until it is written; there is never more than one such task.
  private func write() async {
    let entries = queue.withLock { $0.batch() }
    var isRepetition = false
    while true {
      do {
        try await store(entries, isRepetition: isRepetition)
        let (waiters, next) = queue.withLock { $0.written() }
        for waiter in waiters { waiter.resume() }
        return take(next)
      } catch {
        isRepetition = true
        let (waiters, isOver) = queue.withLock { queue in
          let isOver = queue.isClosed || Self.isFinal(error)
          if isOver { queue.abandon() }
          return (queue.failed(), isOver)
        }
        for waiter in waiters { waiter.resume(throwing: AccessUnlogged()) }
        logger.error("the access log could not be written", metadata: ["error": "\(error)"])
        if isOver { return }
        try? await Task.sleep(for: Self.pauseAfterFailure)
      }
    }
  }

  private static func isFinal(_ error: any Error) -> Bool {
    if case PostgresError.shutDown = error { true } else { false }
  }

  private func store(_ entries: [AccessEntry], isRepetition: Bool) async throws {
    var (chain, head) = try await currentEnd()
    var batch = AccessBatch(entries, after: head, in: chain)
    if isRepetition, let stored = try await storedHead(of: chain), stored != head {
      // The COMMIT that nobody knew of had happened.
      if stored == batch.head { return end.withLock { $0 = (chain, stored) } }
      logger.error("the access log's chain has another end than this copy wrote: a new one begins")
      end.withLock { $0 = nil }
      (chain, head) = try await currentEnd()
      batch = AccessBatch(entries, after: head, in: chain)
    }
    try await database.write { [batch] transaction in try batch.enqueue(on: transaction) }
    end.withLock { [batch] in $0 = (chain, batch.head) }
  }

  private func currentEnd() async throws -> (chain: Int, head: AccessHead) {
    if let end = end.withLock({ $0 }) { return end }
    let chain = try await database.write { transaction in
      try transaction.exactlyOne("SELECT ohjaustila.open_access_chain()") { try $0.get(0, as: Int.self) }
    }
    end.withLock { $0 = (chain, .empty) }
    return (chain, .empty)
  }

  private func storedHead(of chain: Int) async throws -> AccessHead? {
    try await database.readOnce(["SELECT head_seq, head_hash FROM ohjaustila.access_chain WHERE number = \(chain)"]) {
      try $0[0].optionalOne().map { AccessHead(sequence: try $0.get(0), hash: try $0.get(1, as: Bytea.self).bytes) }
    }
  }
}
