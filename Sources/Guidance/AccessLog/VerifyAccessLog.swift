import Foundation
import Lifecycle
import Postgres

/// What a verification of the access log found.
public typealias AccessLogVerification = ChainVerification<AccessLogBreak>

extension GuidanceStore {
  /// Follows every chain of the access log from its anchor to its head.
  ///
  /// Reads some thousand entries at a time. Copies of the service may write and expire meanwhile.
  ///
  /// - Parameter progress: is told how far it is, now and then.
  /// - Returns: how much was verified, up to the first break.
  public func verifyAccessLog(
    progress: (AccessLogVerification) -> Void = { _ in }
  ) async throws -> AccessLogVerification {
    var result = AccessLogVerification()
    let last = try await scheduler.readOnce(["SELECT coalesce(max(number), 0) FROM ohjaustila.access_chain"]) {
      try $0[0].exactlyOne().get(0, as: Int.self)
    }
    for chain in 1...max(1, last) where last > 0 {
      if let reason = try await verify(chain, &result, progress) {
        result.firstBreak = AccessLogBreak(chain: chain, reason: reason)
        return result
      }
      result.chains += 1
    }
    progress(result)
    return result
  }

  private func verify(
    _ chain: Int, _ result: inout AccessLogVerification, _ progress: (AccessLogVerification) -> Void
  ) async throws -> AccessLogBreak.Reason? {
    var check = AccessChainCheck(chain: chain)
    while true {
      guard let page = try await AccessChainPage.read(chain, after: check.head.sequence, scheduler) else {
        return .missing
      }
      if let anchor = page.anchor {
        guard isInTime(anchor) else { return .expiredEarly }
        check.start(after: anchor.end)
      }
      for batch in page.batches {
        if let reason = check.follow(batch) { return reason }
        result.entries += batch.count
      }
      if page.batches.isEmpty {
        result.expired += page.anchor?.entries ?? 0
        return check.end(at: page.head)
      }
      progress(result)
    }
  }

  /// Whether what an anchor stands for had been kept for as long as it says, and some policy says so too.
  private func isInTime(_ anchor: AccessAnchor) -> Bool {
    let isKnown = policies.all.contains { $0.logs.accessLog.period == anchor.kept }
    return isKnown
      && zone.deadline(from: zone.date(of: anchor.newestAt), period: anchor.kept).boundary <= anchor.expiredAt
  }
}

/// What stands for the expired beginning of a chain.
struct AccessAnchor: Sendable {
  let end: AccessHead
  let newestAt: Instant
  let kept: Period
  let expiredAt: Instant
  let entries: Int
}

/// Some batches of a chain with its anchor and head as they were at that instant.
private struct AccessChainPage: Sendable {
  let head: AccessHead
  let anchor: AccessAnchor?
  let batches: [StoredAccessBatch]

  private static let batchesAtOnce = 1000
  private static let entriesAtOnce = 4000

  /// One statement, so that what is recorded or expires meanwhile shows everywhere or nowhere in it.
  ///
  /// - Returns: nil when there is no such chain.
  static func read(_ chain: Int, after sequence: Int, _ database: Database) async throws -> AccessChainPage? {
    try await database.readOnce([
      """
      WITH place AS (
        SELECT c.head_seq, c.head_hash, a.seq, a.hash, a.newest_at, a.kept, a.expired_at, a.entries
        FROM ohjaustila.access_chain c LEFT JOIN ohjaustila.access_anchor a ON a.chain = c.number
        WHERE c.number = \(chain)),
      counted AS (
        SELECT b.*, sum(b.entries) OVER (ORDER BY b.seq) - b.entries AS ahead FROM (
          SELECT * FROM ohjaustila.access_batch WHERE chain = \(chain) AND seq > \(sequence)
          ORDER BY seq LIMIT \(batchesAtOnce)) b)
      SELECT place.*, b.seq, b.entries, b.newest_at, b.hash, e.number, e.at, e.principal, e.role, e.organisation_id,
        e.space_id, e.participant_id, e.what, e.object_id, host(e.address), e.request_id, e.outcome
      FROM place LEFT JOIN counted b ON b.ahead < \(entriesAtOnce)
      LEFT JOIN ohjaustila.access_entry e ON e.chain = b.chain AND e.batch = b.seq
      ORDER BY b.seq, e.number
      """
    ]) { try AccessChainPage($0[0]) }
  }

  private init?(_ rows: Rows) throws {
    var place: (AccessHead, AccessAnchor?)?
    var batches: [StoredAccessBatch] = []
    for row in rows {
      var cells = row.cells
      let head = AccessHead(sequence: try cells.next(), hash: try cells.next(as: Bytea.self).bytes)
      place = (head, try AccessAnchor(&cells))
      guard let batch = try StoredAccessBatch(&cells) else { continue }
      if batches.last?.sequence != batch.sequence { batches.append(batch) }
      guard let number = try cells.next(as: Int32?.self) else { continue }
      batches[batches.count - 1].entries.append((Int(number), try AccessEntry(&cells)))
    }
    guard let place else { return nil }
    (head, anchor) = place
    self.batches = batches
  }
}

extension AccessAnchor {
  fileprivate init?(_ cells: inout Cells) throws {
    let (sequence, hash): (Int?, Bytea?) = try (cells.next(), cells.next())
    let (newestAt, kept, expiredAt): (Instant?, String?, Instant?) = try (cells.next(), cells.next(), cells.next())
    let entries: Int? = try cells.next()
    guard let sequence, let hash, let newestAt, let kept, let expiredAt, let entries else { return nil }
    self.init(
      end: AccessHead(sequence: sequence, hash: hash.bytes), newestAt: newestAt,
      // A text that is no period was kept for no time.
      kept: Period(kept) ?? .zero, expiredAt: expiredAt, entries: entries)
  }
}

extension StoredAccessBatch {
  fileprivate init?(_ cells: inout Cells) throws {
    let (sequence, count): (Int?, Int32?) = try (cells.next(), cells.next())
    let (newestAt, hash): (Instant?, Bytea?) = try (cells.next(), cells.next())
    guard let sequence, let count, let newestAt, let hash else { return nil }
    self.init(sequence: sequence, count: Int(count), newestAt: newestAt, hash: hash.bytes)
  }
}
