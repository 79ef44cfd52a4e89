public import Lifecycle
import Postgres

/// What a customer thought of the guidance.
public struct Feedback: Sendable {
  /// One to five.
  public let rating: Int
  /// Words to the rating; at most `maximumLength`.
  public let text: String?
  /// When it was given or last changed.
  public let givenAt: Instant

  /// What a rating may be.
  public static let ratings = 1...5
  /// Longest text, in Unicode scalars.
  public static let maximumLength = 4000
}

extension GuidanceStore {
  /// Gives or changes the caller's feedback: from closing on, also while the space is archived.
  public func giveFeedback(
    rating: Int, text: String?, on space: ID<Space>, by caller: Caller
  ) async throws -> Feedback {
    guard Feedback.ratings.contains(rating) else { throw Refusal.invalid(field: "/rating", rule: "is 1 to 5") }
    guard text?.unicodeScalars.count ?? 0 <= Feedback.maximumLength else {
      throw Refusal.invalid(field: "/text", rule: "has at most \(Feedback.maximumLength) characters")
    }
    try Refusal.check(text, field: "/text")
    return try await change(space, by: caller, to: .giveFeedback) { change in
      let author = try change.participation()
      let body = try change.cipher().seal(text, .feedback(author))
      try change.enqueue(
        """
        INSERT INTO ohjaustila.feedback (space_id, participant_id, rating, body, given_at)
        VALUES (\(space), \(author), \(Int16(rating)), \(body), \(change.now))
        ON CONFLICT (space_id, participant_id)
        DO UPDATE SET rating = excluded.rating, body = excluded.body, given_at = excluded.given_at
        """)
      try change.journal("feedbackGiven")
      change.touchContent()
      return Feedback(rating: rating, text: text, givenAt: change.now)
    }
  }

  /// The caller's own feedback.
  ///
  /// - Throws: `Refusal.notFound` when none was given.
  public func feedback(on space: ID<Space>, by caller: Caller) async throws -> Feedback {
    try await reading(
      space, by: caller, to: .giveFeedback,
      [Feedback.selection(space)]
    ) { access, rows in
      guard let row = try rows[0].optionalOne() else { throw Refusal.notFound }
      return try Feedback(row, self.cipher(of: access))
    }
  }
}

extension Feedback {
  /// The principal's own, from whichever place in the space they gave it last: who was joined from two identities, or was
  /// invited again, has had several.
  static func selection(_ space: ID<Space>) -> Query {
    """
    SELECT f.participant_id, f.rating, f.body, f.given_at FROM ohjaustila.feedback f
    JOIN ohjaustila.participant p ON p.space_id = f.space_id AND p.id = f.participant_id
    WHERE f.space_id = \(space) AND p.person_id = ohjaustila.principal()
    ORDER BY f.given_at DESC, f.participant_id LIMIT 1
    """
  }

  init(_ row: Row, _ cipher: SpaceCipher) throws {
    var cells = row.cells
    let author: ID<Participation> = try cells.next()
    let rating: Int = try cells.next()
    let body: Bytea? = try cells.next()
    try self.init(rating: rating, text: cipher.open(body, .feedback(author)), givenAt: cells.next())
  }
}
