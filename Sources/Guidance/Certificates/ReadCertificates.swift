import Foundation
public import Lifecycle
import Postgres
public import Vault

/// Which certificates somebody asks for; what is nil does not matter.
public struct CertificateSearch: Sendable {
  /// Of this organisation.
  public var organisation: ID<Organisation>?
  /// Of this register.
  public var register: String?
  /// Erased no earlier than this.
  public var from: Instant?
  /// Erased earlier than this.
  public var to: Instant?

  /// A search.
  public init(
    organisation: ID<Organisation>? = nil, register: String? = nil, from: Instant? = nil, to: Instant? = nil
  ) {
    (self.organisation, self.register, self.from, self.to) = (organisation, register, from, to)
  }
}

extension GuidanceStore {
  /// Certificates of an organisation's erased spaces for its admins and data protection officers, the last erased first.
  ///
  /// - Throws: `Refusal.forbidden(.role)` for who is neither anywhere.
  public func certificates(
    _ search: CertificateSearch, _ page: PageRequest, for caller: Caller
  ) async throws -> Page<ErasureCertificate> {
    guard caller.isStaff else { throw Refusal.forbidden(.role) }
    let (at, id) = try page.position(as: Space.self)
    let before: Query = "(\(at ?? .distantFuture), \(at == nil ? ID<Space>(UUID.greatest) : id))"
    let (mayAsk, found) = try await service.readOnce([
      stating(caller),
      "SELECT EXISTS (\(Self.organisations))",
      Self.selection(search, before: before, limit: page.limit + 1),
    ]) { [policies] rows in
      (
        try rows[1].exactlyOne().get(0, as: Bool.self),
        try rows[2].map { try ErasureCertificate($0, policies) }
      )
    }
    guard mayAsk else { throw Refusal.forbidden(.role) }
    return Page(found, limit: page.limit) { Cursor(at: $0.erasedAt, uuid: $0.space.uuid) }
  }

  /// The certificate of one space.
  ///
  /// - Throws: `Refusal.notFound` for who is neither an admin nor an officer of its organisation, and while it lives.
  public func certificate(of space: ID<Space>, for caller: Caller) async throws -> ErasureCertificate {
    guard caller.isStaff else { throw Refusal.notFound }
    let found = try await service.readOnce([
      stating(caller), "SELECT \(ErasureCertificate.columns) FROM ohjaustila.tombstone t WHERE t.space_id = \(space)",
    ]) { [policies] in try $0[1].optionalOne().map { try ErasureCertificate($0, policies) } }
    guard let found else { throw Refusal.notFound }
    return found
  }

  /// Signs certificates: the key that signs archives, whose public half everybody may have.
  public var certificateKey: ArchiveSigningKey { archiveKeys.current }

  private static let organisations: Query = """
    SELECT mine.organisation_id FROM ohjaustila.my_organisation mine
    WHERE mine.principal = ohjaustila.principal() AND mine.role IN ('admin', 'dataProtectionOfficer')
    """

  /// A page of each of the caller's organisations by its index, and of these the newest.
  private static func selection(_ search: CertificateSearch, before: Query, limit: Int) -> Query {
    """
    SELECT \(ErasureCertificate.columns) FROM (\(organisations)) AS mine
    CROSS JOIN LATERAL (
      SELECT * FROM ohjaustila.tombstone t
      WHERE t.organisation_id = mine.organisation_id AND (t.erased_at, t.space_id) < \(before) AND \(condition(search))
      ORDER BY t.erased_at DESC, t.space_id DESC LIMIT \(limit)) AS t
    ORDER BY t.erased_at DESC, t.space_id DESC LIMIT \(limit)
    """
  }

  private static func condition(_ search: CertificateSearch) -> Query {
    var condition: Query = "true"
    if let organisation = search.organisation { condition = "\(condition) AND t.organisation_id = \(organisation)" }
    if let register = search.register { condition = "\(condition) AND t.register = \(register)" }
    if let from = search.from { condition = "\(condition) AND t.erased_at >= \(from)" }
    if let to = search.to { condition = "\(condition) AND t.erased_at < \(to)" }
    return condition
  }
}
