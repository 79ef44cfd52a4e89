import Foundation
import Postgres
import Vault

/// A request key made ready for the database: keyed hashes, so that neither the caller nor the body can be guessed from
/// a dump.
struct Idempotency: Sendable {
  /// HMAC of principal, method, path and key.
  let scope: [UInt8]
  /// HMAC of the body.
  let body: [UInt8]

  /// Takes the key for this transaction, or fails because another one has it: an advisory lock, because ON CONFLICT would
  /// wait for the other to end. Comes before every lock that is waited for.
  var claim: Query {
    let number = scope.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    return "SELECT ohjaustila.claim_request(\(Int(number)))"
  }

  /// What an earlier request with the key left behind.
  var earlier: Query {
    """
    SELECT body, resource_id FROM ohjaustila.idempotency WHERE scope = \(Bytea(scope))
      AND created_at > ohjaustila.instant_now() - make_interval(hours => \(Int32(RequestKey.lifetimeHours)))
    """
  }

  /// Refuses or ends a repeated request.
  ///
  /// - Throws: `Repetition` with the resource, or the `Refusal` that says why the key can't be used.
  func check(_ earlier: Rows) throws {
    guard let row = earlier.first else { return }
    guard try row.get(0, as: Bytea.self).bytes == body else { throw Refusal.idempotencyMismatch }
    throw Repetition(uuid: try row.get(1, as: UUID.self))
  }

  /// Remembers what the request made.
  func remember(resource: UUID, space: ID<Space>?, status: Int) -> Query {
    """
    INSERT INTO ohjaustila.idempotency (scope, body, status, resource_id, space_id, created_at)
    VALUES (\(Bytea(scope)), \(Bytea(body)), \(Int16(status)), \(resource), \(space), ohjaustila.instant_now())
    """
  }

  /// Forgets what is too old to be recognised.
  var forget: Query {
    """
    DELETE FROM ohjaustila.idempotency WHERE scope = \(Bytea(scope))
      AND created_at <= ohjaustila.instant_now() - make_interval(hours => \(Int32(RequestKey.lifetimeHours)))
    """
  }
}

extension GuidanceStore {
  /// Runs a transaction that claims a request's key.
  ///
  /// - Throws: `Refusal.idempotencyInProgress` when another transaction has it.
  func repeatably<R: Sendable>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch let error as PostgresError where error.sqlState == .requestClaimed {
      throw Refusal.idempotencyInProgress
    }
  }
}

/// Not an error: the request was carried out before, and this is what it made.
struct Repetition: Error {
  let uuid: UUID

  func resource<Subject>(_: Subject.Type) -> ID<Subject> { ID(uuid) }
}
