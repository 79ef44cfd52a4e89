import Foundation
import Lifecycle
import Logging
import Postgres
import Vault

/// An upload that one request adds to, and no other until the request has ended or its lease has.
///
/// Whoever holds it goes on also when it has run out, as long as nobody else has taken it: each step asks for that.
struct UploadLease: Sendable {
  let token: UUID
  let row: ResumableRow
  let cipher: ChunkCipher
  /// Renewed with every batch that is stored.
  let length: Duration

  /// Chunks that did not count, deleted in one transaction.
  static let discardedAtOnce = 256

  /// The bytes behind the last whole chunk.
  func tail() throws -> [UInt8] {
    try row.tail.map { try cipher.openTail($0, at: row.received) } ?? []
  }

  /// Of what the upload's row is changed to; finds nothing when somebody else has the lease, or the upload has ended.
  func update(_ assignments: Query, of space: ID<Space>) -> Query {
    """
    UPDATE ohjaustila.resumable_upload SET \(assignments)
    WHERE space_id = \(space) AND id = \(row.id) AND lease = \(token) AND file_id IS NULL
    """
  }

  /// Keeps it for its length from now.
  var renewed: Query {
    "leased_until = ohjaustila.instant_now() + make_interval(secs => \(length / .seconds(1)))"
  }
  /// Gives it back.
  static let returned: Query = "lease = NULL, leased_until = '-infinity'"
}

extension GuidanceStore {
  /// Takes an upload for a request that adds bytes at an offset, if the caller may write there now.
  ///
  /// - Throws: `Refusal.uploadLocked` while another request adds to it; `uploadOffset` when it stands elsewhere.
  func lease(
    _ id: ID<Upload>, of space: ID<Space>, at offset: Int, by caller: Caller
  ) async throws -> UploadLease {
    let token = UUID()
    let (lease, discarded) = try await change(space, by: caller, to: .write) { change in
      let cipher = try change.cipher()
      let rows = try change.all("\(ResumableRow.selection(id, of: space)) FOR NO KEY UPDATE OF r") {
        try ResumableRow($0, cipher)
      }
      guard let row = rows.first else { throw Refusal.notFound }
      let lease = UploadLease(token: token, row: row, cipher: cipher.chunks(of: id), length: self.options.uploadLease)
      guard row.leasedUntil <= change.now else {
        throw Refusal.uploadLocked(retryAfter: change.now.duration(to: row.leasedUntil))
      }
      guard row.received == offset else { throw Refusal.uploadOffset(row.received) }
      guard row.file == nil else { return (lease, 0) }
      try change.enqueueUpdatingOne(
        """
        UPDATE ohjaustila.resumable_upload SET lease = \(token), \(lease.renewed)
        WHERE space_id = \(space) AND id = \(id)
        """)
      return (lease, try change.all(UploadLease.discarding(id, of: space, token)) { try $0.get(0, as: Int.self) }[0])
    }
    if discarded == UploadLease.discardedAtOnce { try await discard(lease, of: space, by: caller) }
    return lease
  }

  /// Deletes what was stored behind the offset and does not count.
  func discard(_ lease: UploadLease, of space: ID<Space>, by caller: Caller) async throws {
    var discarded: Int
    repeat {
      discarded = try await service.write(preamble: [stating(caller, space: space)]) { transaction in
        try transaction.exactlyOne(UploadLease.discarding(lease.row.id, of: space, lease.token)) { try $0.get(0) }
      }
    } while discarded == UploadLease.discardedAtOnce
  }

  /// Gives an upload back, with what is to be stored of it. Not cut off by a cancellation.
  func giveBack(_ lease: UploadLease, of space: ID<Space>, by caller: Caller) async {
    let update = lease.update(UploadLease.returned, of: space)
    await Task { [service, logger] in
      do {
        _ = try await service.write(preamble: [stating(caller, space: space)]) { try $0.execute(update) }
      } catch {
        logger.notice("an upload's lease was not given back; it runs out", metadata: ["error": "\(error)"])
      }
    }.value
  }
}

extension UploadLease {
  static func discarding(_ id: ID<Upload>, of space: ID<Space>, _ token: UUID) -> Query {
    "SELECT ohjaustila.discard_chunks(\(space), \(id), \(token), \(Int32(discardedAtOnce)))"
  }
}
