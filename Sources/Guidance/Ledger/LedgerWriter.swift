import Lifecycle

/// Which database writes a ledger: one of a line of copies that all know the same ledger.
///
/// `CLUSTER-TIMELINE-DATABASE-TABLE`, as `ohjaustila.incarnation()` puts it together: PostgreSQL's system identifier, the
/// timeline that it writes, and the object identifiers of the database and of the table that knows the ledger. So
/// pg_restore, a recovery from an archive, a promoted standby and pg_upgrade make another one of it. A restart does not,
/// nor does a copy of the files that starts without such a recovery: these are told apart by what they have seen.
struct DatabaseIncarnation: Hashable, Sendable, CustomStringConvertible {
  let name: String

  init(_ name: String) { self.name = name }

  /// For who has to find it: cluster and timeline, as pg_controldata prints them, and the database.
  var description: String {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return name }
    return "\(name) (cluster \(parts[0]), timeline \(parts[1]), database \(parts[2]))"
  }
}

/// An entry of the ledger that says who writes from here on.
struct LedgerWriter: Equatable, Sendable {
  let incarnation: DatabaseIncarnation
  /// The entry.
  let number: Int
  let at: Instant
  /// The last entry before this one that counts: those between the two were another database's, and nothing is erased
  /// because of them. Nil when all count.
  let after: Int?
}

/// Which entries of a ledger count: the last writer's, and those that it went on from.
struct LedgerPath: Equatable {
  /// Behind the end of the first range is what some writer did not go on from; the last has no end.
  private let ranges: [ClosedRange<Int>]

  init(_ writers: [LedgerWriter]) {
    var (ranges, last) = ([ClosedRange<Int>](), Int.max)
    // A writer that went on from before another one makes that one void, and what it had gone on from count again.
    for writer in writers.reversed() {
      guard let after = writer.after, writer.number <= last else { continue }
      ranges.append(writer.number...last)
      last = after
    }
    self.ranges = ranges + (last > 0 ? [1...last] : [])
  }

  func contains(_ number: Int) -> Bool { ranges.contains { $0.contains(number) } }
}
