import Foundation
import Lifecycle
import Postgres
import Vault

/// A space's row as one caller reaches it, read in one statement after the lock where there is one.
struct SpaceAccess {
  let space: Space
  let roles: [SpaceRole]
  let participation: ID<Participation>?
  /// The caller's own name and marks in the space.
  let ownName: Bytea?
  let enteredAt: Instant?
  let lastAuthenticatedAt: Instant?
  let secret: SealedSecret?
  /// Who leads it, for an admin who is not in it.
  let counsellors: [String]
  /// The later of the database's now (which is the earlier of two clocks) and the journal's last instant.
  let now: Instant

  /// A space's wrapped key and sealed title.
  struct SealedSecret {
    let wrappedKey: [UInt8]
    let title: Bytea
  }

  var state: State { space.timeline.state(at: now) }

  /// Locks the space for a change. Comes first in a transaction; nothing but the lock is taken from it.
  static func lock(_ id: ID<Space>) -> Query {
    "SELECT FROM ohjaustila.space WHERE id = \(id) FOR NO KEY UPDATE"
  }

  /// Reads the space as the stated principal reaches it: no row when it is invisible to them.
  ///
  /// Starting a plan costs more than running it here, and each join starts every column anew: hence the secret in one
  /// column instead of a join. Whose rows of `my_space` there are to join, row-level security alone says: said here
  /// once more, it would be a node of its own in the plan.
  ///
  /// - Parameter ownPlace: whether the caller's own name and marks are read too. They are a third of the statement's
  ///   cost, and a reader needs them only to see whether a customer's authentication is news.
  static func load(_ id: ID<Space>, ownPlace: Bool = true) -> Query {
    (ownPlace ? withOwnPlace : withoutOwnPlace).binding(id)
  }

  private static let withOwnPlace = selection(ownPlace: true)
  private static let withoutOwnPlace = selection(ownPlace: false)

  private static func selection(ownPlace: Bool) -> Query {
    let marks: Query =
      ownPlace
      ? "p.name, p.entered_at, p.last_authenticated_at" : "NULL::bytea, NULL::timestamptz, NULL::timestamptz"
    let place: Query =
      ownPlace
      ? "LEFT JOIN ohjaustila.participant p ON p.space_id = s.id AND p.id = mine.participant_id" : ""
    return """
      SELECT \(Space.columns), mine.role, mine.participant_id, \(marks),
        (SELECT ARRAY[k.wrapped_key, k.title] FROM ohjaustila.space_secret k WHERE k.space_id = s.id),
        EXISTS (SELECT FROM ohjaustila.my_organisation o WHERE o.principal = ohjaustila.principal()
          AND o.organisation_id = s.organisation_id AND o.role = 'admin'),
        CASE WHEN mine.role IS NULL THEN ohjaustila.counsellors(s.id) END, ohjaustila.instant_now()
      FROM ohjaustila.space s
      LEFT JOIN ohjaustila.my_space mine ON mine.space_id = s.id AND mine.visible_until > ohjaustila.instant_now()
      \(place)
      WHERE s.id = \(ID<Space>(UUID.greatest))
      """
  }

  /// Reads what `load` gave.
  ///
  /// - Throws: `Refusal.notFound` when there is no row or the caller is nothing to the space.
  init(_ rows: Rows) throws {
    guard let row = rows.first else { throw Refusal.notFound }
    try self.init(listed: row)
    // Row-level security has judged by the statement's own instant; the journal may already stand at a later one.
    guard roles.contains(where: { Permissions.states($0, .read).contains(state) }) else {
      throw Refusal.notFound
    }
  }

  /// Reads one row of a list, which row-level security has judged.
  init(listed row: Row) throws {
    var cells = row.cells
    try self.init(cells: &cells)
  }

  /// Reads the columns of `load`.
  init(cells: inout Cells) throws {
    space = try Space(cells: &cells)
    let role: String? = try cells.next()
    participation = try cells.next()
    ownName = try cells.next()
    enteredAt = try cells.next()
    lastAuthenticatedAt = try cells.next()
    let secret: [Bytea]? = try cells.next()
    let isAdmin: Bool = try cells.next()
    counsellors = try cells.next(as: [String]?.self) ?? []
    let read: Instant = try cells.next()
    now = max(read, space.journal.at)
    roles = (role.flatMap(SpaceRole.init).map { [$0] } ?? []) + (isAdmin ? [.admin] : [])
    self.secret = secret.map { SealedSecret(wrappedKey: $0[0].bytes, title: $0[1]) }
  }
}
