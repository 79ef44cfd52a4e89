/// What waits to be written to the access log, and when it is written.
///
/// A value: an event goes in, what is to be done comes out, and `AccessLog` does it. At most one batch is being written;
/// whoever comes meanwhile shares the next one, so that many readers wait for one commit.
struct AccessQueue<Waiter: Sendable>: Sendable {
  /// What is to be done now.
  enum Step: Equatable {
    case nothing
    /// Let the window pass, then say `windowPassed`.
    case wait
    /// Write `batch`, then say `written` or `failed`.
    case write
  }

  private enum Activity {
    case idle, waiting, writing
  }

  private struct Item {
    let entry: AccessEntry
    var waiters: [Waiter]
  }

  /// Entries that may wait. There is room for what comes while the database is away for a moment, and no more: beyond
  /// it nobody reads.
  static var capacity: Int { 10_000 }

  private var items: [Item] = []
  private var beingWritten = 0
  private var activity = Activity.idle
  private(set) var isClosed = false
  private(set) var isAbandoned = false

  /// How many entries are not in the database.
  var count: Int { items.count }

  /// The entries to be written: the same ones again until they are.
  mutating func batch() -> [AccessEntry] {
    if beingWritten == 0 { beingWritten = min(items.count, AccessBatch.limit) }
    return items.prefix(beingWritten).map(\.entry)
  }

  /// Takes an entry in; one that somebody waits for is written at once.
  ///
  /// - Returns: nil when there is no room, or no more is taken.
  mutating func add(_ entry: AccessEntry, _ waiter: Waiter? = nil) -> Step? {
    guard items.count < Self.capacity, !isClosed else { return nil }
    items.append(Item(entry: entry, waiters: waiter.map { [$0] } ?? []))
    return next(at: waiter == nil && items.count < AccessBatch.limit ? .waiting : .writing)
  }

  /// Has everything written that was added so far.
  ///
  /// - Returns: nil when it is written already or never will be, and the waiter is not kept.
  mutating func flush(_ waiter: Waiter) -> Step? {
    guard !items.isEmpty, !isAbandoned else { return nil }
    items[items.count - 1].waiters.append(waiter)
    return next(at: .writing)
  }

  /// Takes nothing more; what fails from now on is not tried again.
  mutating func close() { isClosed = true }

  /// Nothing is written any more: who is still to come is told at once.
  mutating func abandon() { (isClosed, isAbandoned) = (true, true) }

  /// The time that entries may wait for others is over.
  mutating func windowPassed() -> Step {
    guard activity == .waiting else { return .nothing }
    return next(at: .writing)
  }

  /// The batch is in the database.
  ///
  /// - Returns: who waited for it, and what is next.
  mutating func written() -> (waiters: [Waiter], next: Step) {
    let waiters = items.prefix(beingWritten).flatMap(\.waiters)
    items.removeFirst(beingWritten)
    beingWritten = 0
    activity = .idle
    guard !items.isEmpty else { return (waiters, .nothing) }
    let isUrgent = items.count >= AccessBatch.limit || items.contains { !$0.waiters.isEmpty }
    return (waiters, next(at: isUrgent ? .writing : .waiting))
  }

  /// The batch could not be written, or nobody knows whether it was. It stays, and is to be written again.
  ///
  /// - Returns: everybody who waits, behind it too: none of them is to wait any longer.
  mutating func failed() -> [Waiter] {
    let waiters = items.flatMap(\.waiters)
    for index in items.indices { items[index].waiters = [] }
    return waiters
  }

  private mutating func next(at wanted: Activity) -> Step {
    switch (activity, wanted) {
    case (.writing, _), (.waiting, .waiting), (_, .idle): return .nothing
    case (.idle, .waiting):
      activity = .waiting
      return .wait
    case (_, .writing):
      activity = .writing
      return .write
    }
  }
}
