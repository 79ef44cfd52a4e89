public import Lifecycle
import Postgres

/// An address that opens one edition of a space's archive for a while, for a browser that can't send a token on a resumed
/// download. It outlives its maker's sign-in, and never their right.
public struct ArchiveLink: Sendable {
  /// What it is revoked by.
  public let id: ID<ArchiveLink>
  /// The edition it opens; once the space has changed it opens nothing.
  public let entityTag: String
  /// When it was made.
  public let createdAt: Instant
  /// When it stops opening anything; a transfer that runs then is finished.
  public let expiresAt: Instant

  static let columns: Query = "l.id, l.entity_tag, l.created_at, l.expires_at"

  init(id: ID<ArchiveLink>, entityTag: String, createdAt: Instant, expiresAt: Instant) {
    self.id = id
    self.entityTag = entityTag
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }

  /// Reads `columns`.
  init(_ row: Row) throws {
    var cells = row.cells
    try self.init(cells: &cells)
  }

  init(cells: inout Cells) throws {
    self.init(
      id: try cells.next(), entityTag: try cells.next(), createdAt: try cells.next(), expiresAt: try cells.next())
  }
}
