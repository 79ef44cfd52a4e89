import Lifecycle
import Postgres

/// A notice that a crossing made due: an outbox row in the transaction that journals the crossing. Who gets it follows
/// from the policy's rule when it is sent.
struct PlannedNotice: Sendable {
  let id = ID<PlannedNotice>.make()
  let space: ID<Space>
  /// The rule's code in the policy; names the template.
  let code: String
  let effectiveAt: Instant
  /// The boundary as the timeline had it: when it has moved, the notice is withdrawn instead of sent.
  let boundaryAt: Instant
  let plannedAt: Instant

  var insertion: Query {
    """
    INSERT INTO ohjaustila.outbox (id, space_id, kind, effective_at, boundary_at, created_at)
    VALUES (\(id), \(space), \(code), \(effectiveAt), \(boundaryAt), \(plannedAt))
    """
  }
}
