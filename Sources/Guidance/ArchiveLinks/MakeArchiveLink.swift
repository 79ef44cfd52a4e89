import Lifecycle
import Postgres
public import Vault

extension GuidanceStore {
  /// Makes a link to the archive as it is now, for its customer.
  ///
  /// - Parameter request: a repetition gets the same link with another token: the first is told nowhere again, and opens
  ///   nothing any more.
  /// - Throws: `Refusal`; `tooManyLinks` while the customer has as many as may be.
  public func makeArchiveLink(
    to space: ID<Space>, by caller: Caller, request: RequestKey? = nil
  ) async throws -> (link: ArchiveLink, token: ArchiveLinkToken) {
    let entityTag = try await archive(of: space, for: caller).entityTag
    let (id, token) = (ID<ArchiveLink>.make(), ArchiveLinkToken.random())
    do {
      let link = try await change(space, by: caller, to: .download, request: request) { change in
        let link = ArchiveLink(
          id: id, entityTag: entityTag, createdAt: change.now,
          expiresAt: change.now + change.store.options.archiveLinkLifetime)
        try change.make(link, token)
        return link
      }
      return (link, token)
    } catch let repetition as Repetition {
      return (try await renew(repetition.resource(ArchiveLink.self), token, to: space, by: caller), token)
    }
  }

  /// Gives a link another token.
  private func renew(
    _ id: ID<ArchiveLink>, _ token: ArchiveLinkToken, to space: ID<Space>, by caller: Caller
  ) async throws -> ArchiveLink {
    let digest = digest(token)
    return try await change(space, by: caller, to: .download) { change in
      let renewed = try change.all(
        """
        UPDATE ohjaustila.archive_link l SET token = \(digest)
        WHERE l.space_id = \(space) AND l.id = \(id) AND l.expires_at > \(change.now)
        RETURNING \(ArchiveLink.columns)
        """, ArchiveLink.init)
      guard let link = renewed.first else { throw Refusal.notFound }
      return link
    }
  }

  /// The caller's own links to a space's archive that open something still, oldest first.
  public func archiveLinks(to space: ID<Space>, for caller: Caller) async throws -> [ArchiveLink] {
    // Row-level security shows each customer their own.
    try await reading(
      space, by: caller, to: .download, opening: .envelope,
      [
        """
        SELECT \(ArchiveLink.columns) FROM ohjaustila.archive_link l
        WHERE l.space_id = \(space) AND l.expires_at > ohjaustila.instant_now() ORDER BY l.created_at, l.id
        """
      ]
    ) { _, rows in try rows[0].map(ArchiveLink.init) }
  }

  /// Makes a link open nothing from now on, and breaks off what is sent through it.
  ///
  /// - Throws: `Refusal.notFound` for one that is not the caller's, or is gone.
  public func revokeArchiveLink(_ id: ID<ArchiveLink>, to space: ID<Space>, by caller: Caller) async throws {
    try await change(space, by: caller, to: .download) { change in
      let gone = try change.all(
        "DELETE FROM ohjaustila.archive_link WHERE space_id = \(space) AND id = \(id) RETURNING id"
      ) { try $0.get(0, as: ID<ArchiveLink>.self) }
      guard !gone.isEmpty else { throw Refusal.notFound }
      try change.journal("archiveLinkRevoked", details: [("link", id.description)])
    }
  }

  func digest(_ token: ArchiveLinkToken) -> Bytea {
    Bytea(keys.blindIndex.digest(token.text, kind: .archiveLink))
  }
}

extension SpaceChange {
  fileprivate func make(_ link: ArchiveLink, _ token: ArchiveLinkToken) throws {
    try enqueue(
      "DELETE FROM ohjaustila.archive_link WHERE space_id = \(space.id) AND expires_at <= \(now)")
    let living = try all(
      """
      SELECT count(*) FROM ohjaustila.archive_link WHERE space_id = \(space.id) AND expires_at > \(now)
      """
    ) { try $0.get(0, as: Int.self) }
    let limit = store.options.archiveLinks
    guard living[0] < limit else { throw Refusal.tooManyLinks(limit: limit) }
    try enqueue(
      """
      INSERT INTO ohjaustila.archive_link (space_id, id, participant_id, token, entity_tag, created_at, expires_at)
      VALUES (\(space.id), \(link.id), \(participation()), \(store.digest(token)), \(link.entityTag),
        \(link.createdAt), \(link.expiresAt))
      """)
    resource = link.id.uuid
    try journal("archiveLinkMade", details: [("link", link.id.description), ("edition", link.entityTag)])
  }
}
