import Lifecycle
import Postgres
public import Vault

extension GuidanceStore {
  /// Opens the archive that a link leads to, under the rights that its customer has now.
  ///
  /// - Throws: `Refusal.notFound` for a token that opens nothing: unknown, revoked, expired, or its customer sees the space
  ///   no more; `archiveChanged` when the space is not as it was when the link was made.
  public func archive(behind token: ArchiveLinkToken, from origin: RequestOrigin? = nil) async throws -> ArchiveDownload
  {
    let opened = try await opening(token)
    let caller = Caller(
      identity: .linkHolder, principal: .customer(opened.person), origin: origin)
    var download = try await archive(of: opened.space, for: caller)
    guard download.entityTag == opened.link.entityTag else { throw Refusal.archiveChanged }
    download.link = opened.link
    return download
  }

  private func opening(
    _ token: ArchiveLinkToken
  ) async throws -> (space: ID<Space>, link: ArchiveLink, person: ID<Person>) {
    let digests = keys.blindIndex.digests(token.text, kind: .archiveLink).map { Bytea($0) }
    return try await service.readOnce([
      stating(nil),
      """
      SELECT l.space_id, l.person_id, \(ArchiveLink.columns) FROM ohjaustila.find_archive_link(\(digests)) l
      """,
    ]) { rows in
      guard let row = try rows[1].optionalOne() else { throw Refusal.notFound }
      var cells = row.cells
      let (space, person): (ID<Space>, ID<Person>) = try (cells.next(), cells.next())
      return (space, try ArchiveLink(cells: &cells), person)
    }
  }
}

extension Identity {
  /// Who comes by a link has not signed in: nothing of theirs is known but whose link it is, and it counts as no
  /// authentication.
  fileprivate static let linkHolder = Identity(
    issuer: "", subject: "", vouchesForStaff: false, vouchesForCustomers: true)
}
