/// How a database stands to what the ledger says of who has written it.
enum LedgerStanding: Equatable {
  /// It wrote last, and has seen all that became of it.
  case continues
  /// It has never written: a new one, or one that was restored or promoted. It takes the ledger over, erases again, and is
  /// the writer from then on. Whoever wrote before finds that out by the entry.
  case takesOver
  /// It has written, and another has since.
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
      // Recovered from one backup twice, a database has one name twice, and remembers the name it was backed up under. One
      // that remembers none is a copy of the files from before there were names, or comes from before it first wrote.
      let hasWrittenOnce = remembered == nil && writers.contains { $0.incarnation == me }
      self = hasWritten || hasWrittenOnce ? .superseded(by: last) : .takesOver
    }
  }
}
