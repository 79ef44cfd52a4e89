import Lifecycle
import Postgres

extension GuidanceStore {
  /// A space's journal in order, for who takes part in it and the data protection officer: identifiers and codes only.
  public func journal(
    of space: ID<Space>, _ page: PageRequest, for caller: Caller
  ) async throws -> Page<JournalLine> {
    let after = try page.number()
    let selection: Query = """
      SELECT \(JournalLine.columns) FROM ohjaustila.journal j
      WHERE j.space_id = \(space) AND j.seq > \(after) ORDER BY j.seq LIMIT \(page.limit + 1)
      """
    let decode: @Sendable (SpaceAccess, ArraySlice<Rows>) throws -> [JournalLine] = { _, rows in
      try rows[0].map(JournalLine.init)
    }
    let lines = try await elseAsOfficer(caller) {
      try await reading(space, by: caller, to: .readJournal, [selection], decode)
    } officer: {
      try await readingAsOfficer(space, by: caller, to: .readJournal, [selection], decode)
    }
    return Page(lines, limit: page.limit, next: { String($0.sequence) })
  }
}
