/// How a database stands to what the ledger says of who has written it.
enum LedgerStanding: Equatable {
  /// It wrote last, and has seen all that became of it.
  case continues
  /// It has never written, and is a copy of one that has, restored or promoted; or nobody has. It takes the ledger over,
  /// erases again, and is the writer from then on. Whoever wrote before finds that out by the entry.
  case takesOver
  /// It has written, and another has since; or it has not, and nothing says that it comes from one that has.
  case superseded(by: LedgerWriter)
  /// It wrote last by its name, and has not seen all of that: the files of a database were copied, and both were started.
  case forked(from: LedgerWriter)

  init(_ me: DatabaseIncarnation, _ row: LedgerRow, _ reader: LedgerReader) {
    self.init(me, remembers: row.writer, seen: row.number, reader.writers, committed: reader.committed)
  }

  /// - Parameters:
  ///   - me: the database's name now.
  ///   - remembered: under which name it wrote last, as it remembers; the original's in a copy.
  ///   - seen: the last entry that it has seen.
  ///   - writers: of the ledger, in order.
  ///   - committed: the last entry of it that came with a commit.
  init(
    _ me: DatabaseIncarnation, remembers remembered: DatabaseIncarnation?, seen: Int, _ writers: [LedgerWriter],
    committed: Int
  ) {
    let hasWritten = remembered == me
    guard let last = writers.last else {
      // Of before writers were named; or cut to that, which is found out by its length.
      self = .takesOver
      return
    }
    if last.incarnation == me {
      // One that has not yet remembered that it took over was cut off on the way.
      self = !hasWritten ? .takesOver : committed <= seen ? .continues : .forked(from: last)
    } else {
      // One that remembers no name is from before there were names, or new: it may be what all the others are copies of,
      // and nothing tells. One that remembers another's is a copy itself, also one that has this name for a second time:
      // recovered twice from one backup.
      self = hasWritten || remembered == nil ? .superseded(by: last) : .takesOver
    }
  }
}
