import Foundation
import Lifecycle
import Postgres

/// The spaces that a change of policy takes over, in SQL: version by version, page by page in the order of identifiers.
struct GovernedSpaces: Sendable {
  let change: PolicyChange

  /// Spaces in a page, and in a transaction of the change.
  static let pageSize = 2000
  /// Less than every identifier.
  static let beginning = ID<Space>(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))

  /// How many there are.
  var count: Query {
    """
    SELECT count(*) FROM ohjaustila.space s
    WHERE s.register = \(change.next.register) AND s.policy_version = ANY (\(change.earlier.map(\.version))) \(scope)
    """
  }

  /// A page of envelopes.
  func envelopes(under policy: Policy, after id: ID<Space>) -> Query {
    "SELECT \(Space.columns) \(page(under: policy, after: id, limit: Self.pageSize))"
  }

  /// A page of identifiers.
  func identifiers(under policy: Policy, after id: ID<Space>, limit: Int) -> Query {
    "SELECT s.id \(page(under: policy, after: id, limit: limit))"
  }

  /// Those of the spaces that the version still governs; the caller says how to lock.
  func envelopes(of ids: [ID<Space>], under policy: Policy, locking: Query) -> Query {
    """
    SELECT \(Space.columns) FROM ohjaustila.space s
    WHERE s.id = ANY (\(ids)) AND s.policy_version = \(policy.version) ORDER BY s.id \(locking)
    """
  }

  /// The organisations whose data protection officer approved that this very version keeps longer.
  var approvals: Query {
    """
    SELECT organisation_id FROM ohjaustila.policy_approval
    WHERE register = \(change.next.register) AND version = \(change.next.version)
      AND digest = \(Bytea(change.next.digest))
    """
  }

  private func page(under policy: Policy, after id: ID<Space>, limit: Int) -> Query {
    """
    FROM ohjaustila.space s
    WHERE s.register = \(policy.register) AND s.policy_version = \(policy.version) AND s.id > \(id) \(scope)
    ORDER BY s.id LIMIT \(limit)
    """
  }

  private var scope: Query {
    guard let organisation = change.organisation else { return "" }
    return "AND s.organisation_id = \(organisation)"
  }
}
