public import Lifecycle
public import Postgres

/// A hold: the data protection officer's decision that content is kept beyond its time, through a day and for a reason of
/// the policy. Without the approval that its reason may need it is a proposal and has no effect.
public struct Hold: Sendable {
  /// What has become of it.
  public enum Status: String, Sendable, CaseIterable {
    /// Waits for another officer's approval; without effect.
    case proposed
    /// In effect.
    case standing
    /// Its last day is over; a proposal that nobody approved by then lapses too.
    case lapsed
    /// Ended by an officer before its last day.
    case released
    /// A longer one took its place.
    case replaced
    /// A proposal that an officer took back or declined.
    case withdrawn
  }

  /// What it is addressed by.
  public let id: ID<Hold>
  /// A code of the policy.
  public let reason: String
  /// Content is kept through this local day.
  public let lastDay: CivilDate
  /// Who decided or proposed it, as the journal names them.
  public let proposedBy: ID<Account>
  /// When.
  public let proposedAt: Instant
  /// Who approved it, where the policy asks for a second person.
  public let approvedBy: ID<Account>?
  /// Since when it is, or was, in effect.
  public let placedAt: Instant?
  /// When an officer ended it, or another took its place.
  public let endedAt: Instant?
  /// Where it stands.
  public let status: Status
}

extension Hold {
  /// Holds in the order they were proposed.
  static func selection(_ condition: Query) -> Query {
    """
    SELECT h.space_id, h.id, h.reason, h.last_day, h.proposed_by, h.proposed_at, h.approved_by, h.placed_at, h.ended_at,
      h.ended_how
    FROM ohjaustila.hold h WHERE \(condition) ORDER BY h.proposed_at, h.id
    """
  }

  /// A hold and the space it is of; what nobody ended lapses with its last day.
  static func read(_ row: Row, today: CivilDate) throws -> (space: ID<Space>, hold: Hold) {
    var cells = row.cells
    let (space, id): (ID<Space>, ID<Hold>) = try (cells.next(), cells.next())
    let (reason, lastDay): (String, CivilDate) = try (cells.next(), cells.next())
    let (proposedBy, proposedAt): (ID<Account>, Instant) = try (cells.next(), cells.next())
    let (approvedBy, placedAt): (ID<Account>?, Instant?) = try (cells.next(), cells.next())
    let (endedAt, ended): (Instant?, Status?) = try (cells.next(), cells.next())
    let open: Status = lastDay < today ? .lapsed : placedAt == nil ? .proposed : .standing
    let hold = Hold(
      id: id, reason: reason, lastDay: lastDay, proposedBy: proposedBy, proposedAt: proposedAt,
      approvedBy: approvedBy, placedAt: placedAt, endedAt: endedAt, status: ended ?? open)
    return (space, hold)
  }
}

extension Hold.Status: PostgresRepresentable {
  /// The status's code.
  public typealias PostgresValue = String
}
