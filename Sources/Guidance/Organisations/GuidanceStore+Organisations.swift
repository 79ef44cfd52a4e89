import Lifecycle
import Postgres

extension GuidanceStore {
  /// One organisation; its facts are public.
  ///
  /// - Throws: `Refusal.notFound`.
  public func organisation(_ id: ID<Organisation>) async throws -> Organisation {
    try await service.readOnce(["SELECT \(Organisation.columns) FROM ohjaustila.organisation o WHERE o.id = \(id)"]) {
      guard let row = try $0[0].optionalOne() else { throw Refusal.notFound }
      return try Organisation(row)
    }
  }

  /// Every organisation, in the order of creation, for an operator.
  public func organisations(_ page: PageRequest, for caller: Caller) async throws -> Page<Organisation> {
    guard caller.identity.isOperator else { throw Refusal.forbidden(.operatorOnly) }
    let (at, id) = try page.position(as: Organisation.self)
    let items = try await service.readOnce([
      """
      SELECT \(Organisation.columns) FROM ohjaustila.organisation o
      WHERE (o.created_at, o.id) > (\(at ?? .distantPast), \(id))
      ORDER BY o.created_at, o.id LIMIT \(page.limit + 1)
      """
    ]) { try $0[0].map(Organisation.init) }
    return Page(items, limit: page.limit) { Cursor(at: $0.createdAt, uuid: $0.id.uuid) }
  }
}

extension Organisation {
  static let columns: Query = """
    o.id, o.name, o.business_id, o.language, o.controller_name, o.controller_contact, o.privacy_notice,
    o.staff_issuer, o.created_at
    """

  init(_ row: Row) throws {
    var cells = row.cells
    try self.init(
      id: cells.next(), name: cells.next(), businessID: cells.next(), language: cells.next(),
      controllerName: cells.next(), controllerContact: cells.next(), privacyNotice: cells.next(),
      staffIssuer: cells.next(), createdAt: cells.next())
  }
}
