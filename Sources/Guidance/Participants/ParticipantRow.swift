import Foundation
import Lifecycle
import Postgres

/// A participant as stored: names and addresses sealed.
struct ParticipantRow: Sendable {
  let space: ID<Space>
  let id: ID<Participation>
  let role: SpaceRole
  let name: Bytea?
  let hasAddress: Bool
  let addedAt: Instant
  let enteredAt: Instant?
  let lastAuthenticatedAt: Instant?
  let leftAt: Instant?
  let secondOf: ID<Organisation>?
  let acceptedAt: Instant?
  let readThrough: Int

  init(_ row: Row) throws {
    var cells = row.cells
    space = try cells.next()
    id = try cells.next()
    role = try cells.next(as: String.self) == SpaceRole.customer.rawValue ? .customer : .counsellor
    name = try cells.next()
    hasAddress = try cells.next()
    addedAt = try cells.next()
    enteredAt = try cells.next()
    lastAuthenticatedAt = try cells.next()
    leftAt = try cells.next()
    secondOf = try cells.next()
    acceptedAt = try cells.next()
    readThrough = try cells.next()
  }

  func opened(_ cipher: SpaceCipher) throws -> Participant {
    Participant(
      id: id, role: role, name: try cipher.open(name, .participantName(id)), addedAt: addedAt, enteredAt: enteredAt,
      lastAuthenticatedAt: lastAuthenticatedAt, leftAt: leftAt, isUnreachable: role == .customer && !hasAddress,
      secondOf: secondOf, isPending: secondOf != nil && acceptedAt == nil && leftAt == nil, readThrough: readThrough)
  }
}

extension Participant {
  /// Those of a space.
  static func selection(of space: ID<Space>) -> Query { ofOneSpace.binding(space) }

  private static let ofOneSpace = selection("p.space_id = \(ID<Space>(UUID.greatest))")

  /// Participants in the order they were added.
  static func selection(_ condition: Query) -> Query {
    """
    SELECT p.space_id, p.id, p.role, p.name, p.email IS NOT NULL, p.added_at, p.entered_at, p.last_authenticated_at,
      p.left_at, p.second_of, p.accepted_at, p.read_through
    FROM ohjaustila.participant p WHERE \(condition) ORDER BY p.added_at, p.role, p.id
    """
  }
}
