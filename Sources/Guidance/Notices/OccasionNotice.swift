import Lifecycle
import Postgres

/// Notices of something that somebody did, beside those that the policy has about boundaries.
enum OccasionNotice: String, CaseIterable {
  /// The space has another counsellor.
  case transferred = "spaceTransferred"
  /// A second professional is proposed, and the customer is asked.
  case colleagueProposed

  /// An older one is not news.
  static let lifetime: Duration = .seconds(7 * 86_400)

  /// Plans it. The space is locked.
  func insertion(space: ID<Space>, at now: Instant) -> Query {
    """
    INSERT INTO ohjaustila.outbox (id, space_id, kind, effective_at, created_at)
    VALUES (\(ID<PlannedNotice>.make()), \(space), \(rawValue), \(now), \(now))
    """
  }

  /// Whether somebody in the space is told.
  func isFor(_ role: SpaceRole, seesSpace: Bool) -> Bool {
    switch (self, role) {
    case (.transferred, .customer), (.colleagueProposed, .customer): true
    case (.transferred, .counsellor): seesSpace
    case (.colleagueProposed, .counsellor), (_, .admin), (_, .dataProtectionOfficer): false
    }
  }

  /// What it says.
  var message: NoticeMessage {
    switch self {
    case .transferred: .transferred
    case .colleagueProposed: .colleagueProposed
    }
  }
}
