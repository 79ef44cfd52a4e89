import Foundation
public import Lifecycle
import Postgres
import Vault

/// A file that is this process's to have scanned until the lease ends.
struct LeasedScan: Sendable {
  let space: ID<Space>
  let file: ID<File>
  let upload: ID<Upload>
  /// A secret of this process: it opens the way to the sealed bytes.
  let lease: UUID
  /// Failures before this scan.
  let attempts: Int
  let wrappedKey: [UInt8]

  /// Renewed while the scan goes on.
  static let length: Duration = .seconds(60)
  static let renewal: Duration = .seconds(20)
  /// How long a file is left alone whose space is restricted: nothing but keeping happens to it (GDPR 18).
  static let restrictionPause: Duration = .seconds(600)

  /// Of what the file's row is changed to; finds nothing when the lease has gone to somebody else.
  func update(_ assignments: Query) -> Query {
    """
    UPDATE ohjaustila.quarantined_file SET \(assignments)
    WHERE space_id = \(space) AND id = \(file) AND lease = \(lease) AND NOT is_refused
    """
  }
}

extension GuidanceStore {
  /// Takes the file that has been due longest, and no other copy has taken.
  ///
  /// - Returns: nil when none is due.
  func claimScan() async throws -> LeasedScan? {
    while true {
      switch try await scheduler.write(preamble: [stating(nil)], Self.claimScan) {
      case .none: return nil
      case .some(.some(let scan)): return scan
      case .some(.none): continue
      }
    }
  }

  /// - Returns: nil when none is due; an empty value when the one that was is not to be scanned now.
  @Sendable private static func claimScan(_ transaction: WriteTransaction) throws -> LeasedScan?? {
    let due = try transaction.optionalOne(
      """
      SELECT space_id, id, upload_id, attempts, ohjaustila.instant_now() FROM ohjaustila.quarantined_file
      WHERE NOT is_refused AND due_at <= ohjaustila.instant_now()
      ORDER BY due_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
      """
    ) { row in
      (
        space: try row.get(0, as: ID<Space>.self), file: try row.get(1, as: ID<File>.self),
        upload: try row.get(2, as: ID<Upload>.self), attempts: try row.get(3, as: Int32.self),
        now: try row.get(4, as: Instant.self)
      )
    }
    guard let due else { return .none }
    let key = try transaction.optionalOne(
      """
      SELECT k.wrapped_key FROM ohjaustila.space s JOIN ohjaustila.space_secret k ON k.space_id = s.id
      WHERE s.id = \(due.space) AND s.restricted_at IS NULL AND s.erases_at > ohjaustila.instant_now()
      """
    ) { try $0.get(0, as: Bytea.self).bytes }
    let lease = key.map { _ in UUID() }
    let until = due.now + (key == nil ? LeasedScan.restrictionPause : LeasedScan.length)
    try transaction.enqueueUpdatingExactlyOne(
      """
      UPDATE ohjaustila.quarantined_file SET lease = \(lease), due_at = \(until)
      WHERE space_id = \(due.space) AND id = \(due.file)
      """)
    guard let key, let lease else { return .some(nil) }
    return LeasedScan(
      space: due.space, file: due.file, upload: due.upload, lease: lease, attempts: Int(due.attempts),
      wrappedKey: key)
  }

  /// When the scanner has something to do next; nil when nothing waits.
  public func nextScan() async throws -> Instant? {
    try await scheduler.readOnce([
      "SELECT min(due_at) FROM ohjaustila.quarantined_file WHERE NOT is_refused"
    ]) { try $0[0].exactlyOne().get(0) }
  }
}
