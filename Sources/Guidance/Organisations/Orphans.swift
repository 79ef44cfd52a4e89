import Postgres

extension GuidanceStore {
  /// The spaces of an organisation that no counsellor is left in, for its admin: to be transferred, closed or archived.
  public func orphans(of organisation: ID<Organisation>, for caller: Caller) async throws -> [SpaceView] {
    guard caller.uuid != nil else { throw Refusal.notFound }
    let views = try await service.readOnce([
      stating(caller),
      """
      SELECT EXISTS (SELECT FROM ohjaustila.my_organisation WHERE principal = ohjaustila.principal()
        AND organisation_id = \(organisation) AND role = 'admin')
      """,
      """
      SELECT \(Space.columns), NULL::text, NULL::uuid, NULL::bytea, NULL::timestamptz, NULL::timestamptz,
        NULL::bytea[], true, NULL::text[], ohjaustila.instant_now()
      FROM ohjaustila.space s WHERE s.id IN (SELECT ohjaustila.orphans(\(organisation)))
      ORDER BY s.created_at, s.id LIMIT 1000
      """,
    ]) { rows in
      guard try rows[1].exactlyOne().get(0, as: Bool.self) else { throw Refusal.notFound }
      return try rows[2].map { try self.view(of: SpaceAccess(listed: $0), participants: []) }
    }
    try noteList(of: views, for: caller)
    return views
  }
}
