import Lifecycle
import Postgres

/// In what standing a caller comes to a space, and with it the login role of the transaction.
enum Standing {
  /// As who takes part in it, or administers its organisation.
  case own
  /// As a data protection officer of its organisation: envelope, journal and decisions, nothing else.
  case officer

  /// Reads the space as this standing reaches it: no row when it is invisible to the stated principal.
  func load(_ id: ID<Space>) -> Query {
    switch self {
    case .own: SpaceAccess.load(id)
    case .officer: SpaceAccess.loadForOfficer(id)
    }
  }
}

extension GuidanceStore {
  /// The connections that a standing logs in with.
  func database(_ standing: Standing) -> Database {
    switch standing {
    case .own: service
    case .officer: dpo
    }
  }

  /// Answers who takes part or administers; otherwise, a member of staff as an officer.
  ///
  /// A caller may be both. What they see of their own comes first: it is more.
  func elseAsOfficer<R>(
    _ caller: Caller, _ own: () async throws -> R, officer: () async throws -> R
  ) async throws -> R {
    do {
      return try await own()
    } catch Refusal.notFound where caller.isStaff {
      return try await officer()
    }
  }
}

extension SpaceAccess {
  /// The envelope for a data protection officer of the space's organisation: the role is looked up here, each time.
  static func loadForOfficer(_ id: ID<Space>) -> Query {
    """
    SELECT \(Space.columns), mine.role, NULL::uuid, NULL::bytea, NULL::timestamptz, NULL::timestamptz, NULL::bytea[],
      false, NULL::text[], ohjaustila.instant_now()
    FROM ohjaustila.space s
    JOIN ohjaustila.my_organisation mine ON mine.principal = ohjaustila.principal()
      AND mine.organisation_id = s.organisation_id AND mine.role = 'dataProtectionOfficer'
    WHERE s.id = \(id)
    """
  }

  /// Whether the caller decides here as a data protection officer.
  var isOfficers: Bool { roles == [.dataProtectionOfficer] }
}
