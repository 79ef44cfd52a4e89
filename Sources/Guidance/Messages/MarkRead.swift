import Postgres

extension GuidanceStore {
  /// Marks a space's messages as read up to a number, for the others to see. A mark never goes back.
  ///
  /// - Throws: `Refusal.invalid` for a number that no message has.
  public func markRead(through number: Int, in space: ID<Space>, by caller: Caller) async throws {
    try await change(space, by: caller, to: .markRead) { change in
      guard number >= 1, number <= change.messageCount else {
        throw Refusal.invalid(field: "/number", rule: "is that of a message in the space")
      }
      try change.enqueueUpdatingOne(
        """
        UPDATE ohjaustila.participant SET read_through = greatest(read_through, \(number))
        WHERE space_id = \(space) AND id = \(try change.participation())
        """)
    }
  }
}
