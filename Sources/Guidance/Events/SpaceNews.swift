import Lifecycle
import Postgres

/// One look at a space's journal under a listener's own rights.
struct SpaceNews: Sendable {
  let status: SpaceStatus
  /// In order; silent entries are left out.
  let events: [SpaceEvent]
  /// Where the next look goes on: the last entry read, silent or not.
  let position: Int
  /// Whether there was more than one look takes.
  let hasMore: Bool
  /// When the listener's right ends, as the timeline stands.
  let visibleUntil: Instant

  /// Entries of one look.
  static let limit = 100
}

extension GuidanceStore {
  /// Reads what a space's journal has after a position; after its end when there is none.
  ///
  /// Few looks run at a time: a wake-up of thousands of listeners leaves connections for everybody else.
  ///
  /// - Throws: `Refusal` when the caller may not read the space, or the position is one that its journal never reached.
  func news(of space: ID<Space>, after position: Int?, for caller: Caller) async throws -> SpaceNews {
    let start = position ?? .max
    return try await eventReads.inTurn {
      try await reading(
        space, by: caller, to: .readContent, opening: Accessed(.readJournal),
        [
          """
          SELECT seq, kind, convert_from(entry, 'UTF8')::jsonb
            ->> CASE WHEN kind = 'messagePosted' THEN 'message' WHEN kind IN ('filePosted', 'fileRefused') THEN 'file'
              ELSE 'participant' END
          FROM ohjaustila.journal WHERE space_id = \(space) AND seq > \(start) ORDER BY seq LIMIT \(SpaceNews.limit)
          """,
          """
          SELECT visible_until FROM ohjaustila.my_space
          WHERE principal = ohjaustila.principal() AND space_id = \(space)
          """,
        ]
      ) { access, rows in
        try SpaceNews(access, entries: rows[0], right: rows[1], after: position)
      }
    }
  }
}

extension SpaceNews {
  fileprivate init(_ access: SpaceAccess, entries: Rows, right: Rows, after start: Int?) throws {
    // The right may have gone between two statements of the look.
    guard let row = right.first else { throw Refusal.notFound }
    visibleUntil = try row.get(0)
    let head = access.space.journal.sequence
    if let start, start > head {
      throw Refusal.invalid(field: "Last-Event-ID", rule: "is one that this space's events gave")
    }
    status = SpaceStatus(state: access.state, isRestricted: access.space.isRestricted, version: access.space.version)
    var position = start ?? head
    events = try entries.compactMap { row in
      position = try row.get(0)
      return SpaceEvent(number: position, kind: try row.get(1), identifier: try row.get(2))
    }
    self.position = position
    hasMore = entries.count == Self.limit
  }
}
