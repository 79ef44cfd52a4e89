import Postgres

extension GuidanceStore {
  private static let peopleAtOnce = 500

  /// Looks at the customers of destroyed spaces: whoever is in no space any more goes, with everything about them.
  ///
  /// - Returns: how many went.
  func forgetPeople() async throws -> Int {
    var forgotten = 0
    while let (handled, gone) = try await forgetSomePeople() {
      forgotten += gone
      // What is left is locked by somebody who opens a space for them: the next sweep looks again.
      if handled == 0 { break }
    }
    if forgotten > 0 { callers.clear() }
    return forgotten
  }

  /// The persons' rows are locked before their places are counted: opening a space locks them too, and of two erasures at
  /// once the second counts after the first. Nobody is waited for, so that many can be locked at once.
  ///
  /// - Returns: how many were looked at and how many went; nil when nobody is left to look at.
  private func forgetSomePeople() async throws -> (handled: Int, gone: Int)? {
    try await scheduler.write(preamble: [stating(nil)]) { transaction in
      let queued = try transaction.all(
        """
        SELECT person_id FROM ohjaustila.person_check ORDER BY queued_at LIMIT \(Self.peopleAtOnce)
        FOR UPDATE SKIP LOCKED
        """
      ) { try $0.get(0, as: ID<Person>.self) }
      guard !queued.isEmpty else { return nil }
      let found = try transaction.pipeline([
        "SELECT id FROM ohjaustila.person WHERE id = ANY (\(queued)) FOR UPDATE SKIP LOCKED",
        """
        SELECT id FROM unnest(\(queued)) AS queued (id)
        WHERE NOT EXISTS (SELECT FROM ohjaustila.person p WHERE p.id = queued.id)
        """,
      ])
      let locked = try found[0].map { try $0.get(0, as: ID<Person>.self) }
      let absent = try found[1].map { try $0.get(0, as: ID<Person>.self) }
      let gone = try transaction.execute(
        """
        DELETE FROM ohjaustila.person p WHERE p.id = ANY (\(locked))
          AND NOT EXISTS (SELECT FROM ohjaustila.participant WHERE person_id = p.id)
        """)
      // Who is gone is named nowhere any more, also not where an officer once searched for them.
      if gone > 0 { try transaction.enqueue("SELECT ohjaustila.forget_in_searches(\(locked))") }
      try transaction.enqueue("DELETE FROM ohjaustila.person_check WHERE person_id = ANY (\(locked + absent))")
      return (locked.count + absent.count, gone)
    }
  }
}
