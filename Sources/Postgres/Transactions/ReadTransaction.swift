/// A READ ONLY, READ COMMITTED transaction; see ``Database/read(preamble:_:)``.
public final class ReadTransaction: Transaction {
  private let core: TransactionCore

  init(_ core: TransactionCore) {
    self.core = core
  }

  /// See ``Transaction/pipeline(_:)``.
  public func pipeline(_ queries: [Query]) throws -> [Rows] {
    try core.pipeline(queries)
  }
}
