import Foundation
public import Lifecycle
import Postgres

extension GuidanceStore {
  /// The spaces somebody has, newest first.
  ///
  /// A customer's include archived ones; staff never see those. An admin's are the envelopes of the organisations they
  /// administer. Listing is no authentication into any of them.
  ///
  /// - Parameters:
  ///   - state: only those in this state now.
  ///   - role: only those where the caller is this; without it, those the caller takes part in.
  public func spaces(
    _ page: PageRequest, state: State? = nil, role: SpaceRole? = nil, for caller: Caller
  ) async throws -> Page<SpaceView> {
    guard caller.uuid != nil else { return Page([], limit: page.limit) { _ in "" } }
    let (at, id) = try page.position(as: Space.self)
    let before: Query = "(\(at ?? .distantFuture), \(at == nil ? ID<Space>(UUID.greatest) : id))"
    let selection: Query =
      role == .admin
      ? Self.administered(before, Self.standing(state), limit: page.limit + 1)
      : Self.joined(before, Self.standing(state), role: role, limit: page.limit + 1)
    let views = try await service.read(preamble: [stating(caller)]) { transaction in
      let accesses = try transaction.all(selection, SpaceAccess.init(listed:))
      guard role != .admin, !accesses.isEmpty else {
        return try accesses.map { try self.view(of: $0, participants: []) }
      }
      let ids = accesses.map(\.space.id)
      let people = try transaction.all(Participant.selection("p.space_id = ANY (\(ids))"), ParticipantRow.init)
      let bySpace = Dictionary(grouping: people, by: \.space)
      return try accesses.map { try self.view(of: $0, participants: bySpace[$0.space.id] ?? []) }
    }
    try noteList(of: views.prefix(page.limit), for: caller)
    return Page(views, limit: page.limit) { Cursor(at: $0.space.createdAt, uuid: $0.space.id.uuid) }
  }

  private static func joined(_ before: Query, _ standing: Query, role: SpaceRole?, limit: Int) -> Query {
    """
    SELECT \(Space.columns), mine.role, mine.participant_id, NULL::bytea, NULL::timestamptz, NULL::timestamptz,
      ARRAY[k.wrapped_key, k.title],
      EXISTS (SELECT FROM ohjaustila.my_organisation o WHERE o.principal = ohjaustila.principal()
        AND o.organisation_id = s.organisation_id AND o.role = 'admin'),
      NULL::text[], ohjaustila.instant_now()
    FROM ohjaustila.my_space mine
    JOIN ohjaustila.space s ON s.id = mine.space_id
    JOIN ohjaustila.space_secret k ON k.space_id = s.id
    WHERE mine.principal = ohjaustila.principal() AND mine.visible_until > ohjaustila.instant_now()
      AND (mine.created_at, mine.space_id) < \(before) AND (\(role?.rawValue) IS NULL OR mine.role = \(role?.rawValue))
      AND \(standing)
    ORDER BY mine.created_at DESC, mine.space_id DESC LIMIT \(limit)
    """
  }

  private static func administered(_ before: Query, _ standing: Query, limit: Int) -> Query {
    """
    SELECT \(Space.columns), NULL::text, NULL::uuid, NULL::bytea, NULL::timestamptz, NULL::timestamptz,
      NULL::bytea[], true, ohjaustila.counsellors(s.id), ohjaustila.instant_now()
    FROM ohjaustila.space s
    JOIN ohjaustila.my_organisation o ON o.organisation_id = s.organisation_id
      AND o.principal = ohjaustila.principal() AND o.role = 'admin'
    WHERE s.archives_at > ohjaustila.instant_now() AND (s.created_at, s.id) < \(before) AND \(standing)
    ORDER BY s.created_at DESC, s.id DESC LIMIT \(limit)
    """
  }

  /// The condition of standing in a state now.
  private static func standing(_ state: State?) -> Query {
    switch state {
    case nil: "true"
    case .active: "s.closes_at > ohjaustila.instant_now()"
    case .reactivatable: "s.closes_at <= ohjaustila.instant_now() AND s.seals_at > ohjaustila.instant_now()"
    case .closed: "s.seals_at <= ohjaustila.instant_now() AND s.archives_at > ohjaustila.instant_now()"
    case .archived: "s.archives_at <= ohjaustila.instant_now() AND s.erases_at > ohjaustila.instant_now()"
    case .erased: "false"
    }
  }
}
