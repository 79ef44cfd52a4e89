import Lifecycle
import Postgres
import Vault

/// A space that somebody is or was a customer of, as a data protection officer of its organisation sees it.
public struct DataSubjectSpace: Sendable {
  /// The envelope.
  public let space: SpaceView
  /// The person's place in it.
  public let participant: ID<Participation>
  /// In the order they were proposed, ended ones too.
  public let holds: [Hold]
}

extension GuidanceStore {
  /// The envelopes of a person's spaces in the organisations whose officer the caller is, newest first, once for each
  /// place that the person has or had there; archived and restricted ones too, never a title, a name or content.
  ///
  /// Each search leaves a row that says who searched, when, and what was found. The code itself is written nowhere.
  ///
  /// - Throws: `Refusal.forbidden` for who is no officer anywhere.
  public func searchDataSubject(
    _ code: PersonalIdentityCode, _ page: PageRequest, by caller: Caller
  ) async throws -> Page<DataSubjectSpace> {
    guard caller.isStaff else { throw Refusal.forbidden(.role) }
    let after = try DataSubjectPlace(page)
    let digest = Bytea(keys.blindIndex.digest(code.text, kind: .hetu))
    let found = try await searching {
      try await dpo.write(preamble: [stating(caller)]) { [zone] transaction -> [DataSubjectSpace] in
        // A statement of its own: as a part of the next the search might not be run, and so not be written down.
        let hits = try transaction.all(
          "SELECT space_id, participant_id FROM ohjaustila.search_data_subject(\(ID<DataSubjectSpace>.make()), \(digest))"
        ) { (try $0.get(0, as: ID<Space>.self), try $0.get(1, as: ID<Participation>.self)) }
        let selection: Query = """
          SELECT found.participant_id, \(Space.columns), 'dataProtectionOfficer', NULL::uuid, NULL::bytea,
            NULL::timestamptz, NULL::timestamptz, NULL::bytea[], false, NULL::text[],
            ohjaustila.instant_now()
          FROM unnest(\(hits.map(\.0)), \(hits.map(\.1))) AS found (space_id, participant_id)
          JOIN ohjaustila.space s ON s.id = found.space_id
          WHERE (s.created_at, s.id, found.participant_id) < (\(after.createdAt), \(after.space), \(after.participant))
          ORDER BY s.created_at DESC, s.id DESC, found.participant_id DESC LIMIT \(page.limit + 1)
          """
        let places: [(ID<Participation>, SpaceAccess)] = try transaction.all(selection) { row in
          var cells = row.cells
          return (try cells.next(as: ID<Participation>.self), try SpaceAccess(cells: &cells))
        }
        let ids = places.map(\.1.space.id)
        guard let now = places.first?.1.now else { return [] }
        let holds = try transaction.all(Hold.selection("h.space_id = ANY (\(ids))")) {
          try Hold.read($0, today: zone.date(of: now))
        }
        let bySpace = Dictionary(grouping: holds, by: \.space)
        return try places.map { participant, access in
          DataSubjectSpace(
            space: try self.view(of: access, participants: []), participant: participant,
            holds: bySpace[access.space.id]?.map(\.hold) ?? [])
        }
      }
    }
    try noteList(of: found.prefix(page.limit).map(\.space), for: caller)
    return Page(found, limit: page.limit) { (found: DataSubjectSpace) in DataSubjectPlace(of: found).text }
  }

  private func searching<R: Sendable>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch let error as PostgresError where error.sqlState == .notAllowed {
      throw Refusal.forbidden(.role)
    }
  }
}
