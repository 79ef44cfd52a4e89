import Foundation
import Lifecycle
import Logging
import Postgres
import Vault

/// What a run of the scanner did.
public struct ScanReport: Sendable, Equatable {
  /// Found clean, and files of their spaces now.
  public internal(set) var published = 0
  /// Refused, their bytes destroyed.
  public internal(set) var refused = 0
  /// To be tried again.
  public internal(set) var postponed = 0
  /// Whether the scanner could not be reached: the run ended there.
  public internal(set) var isAway = false

  /// A run that found nothing.
  public init() {}
}

/// Has the files in quarantine scanned. Several copies may run at once.
///
/// A file is claimed under a lease in one transaction, read and scanned outside any, and the outcome recorded in another.
/// A process that dies meanwhile costs the file another scan.
public struct Scanning: Sendable {
  let store: GuidanceStore
  let scanner: any VirusScanner

  /// Chunks in a round trip: 1 MiB.
  private static let batch = 4
  /// Files at a time.
  private static let atOnce = 2

  /// Scanning for an installation.
  public init(store: GuidanceStore, scanner: any VirusScanner) {
    self.store = store
    self.scanner = scanner
  }

  /// Has everything scanned that is due, until the scanner is found away.
  ///
  /// - Parameter isStopping: asked before each file; those under way are finished.
  public func scanDue(isStopping: @escaping @Sendable () -> Bool = { false }) async throws -> ScanReport {
    try await withThrowingTaskGroup(of: ScanReport.self) { group in
      for _ in 0..<Self.atOnce { group.addTask { try await scanSome(isStopping) } }
      return try await group.reduce(into: ScanReport()) { report, done in
        report.published += done.published
        report.refused += done.refused
        report.postponed += done.postponed
        report.isAway = report.isAway || done.isAway
      }
    }
  }

  private func scanSome(_ isStopping: @Sendable () -> Bool) async throws -> ScanReport {
    var report = ScanReport()
    while !report.isAway, !isStopping(), !Task.isCancelled, let scan = try await store.claimScan() {
      let outcome = await outcome(of: scan)
      if outcome == .away { report.isAway = true }
      // Not cut off by a cancellation: the file would wait for its lease to end.
      let record = ScanRecord(store: store, scan: scan, outcome: outcome)
      switch try await Task(operation: { try await record.run() }).value {
      case .published: report.published += 1
      case .refused: report.refused += 1
      case .postponed: report.postponed += 1
      case .leaseLost: continue
      }
      store.events.announce(scan.space)
    }
    return report
  }

  /// The scan, its lease renewed meanwhile; given up when the lease is found lost.
  private func outcome(of scan: LeasedScan) async -> ScanOutcome {
    let scanning = Task { try await scanner.scan(content(of: scan)) }
    let renewing = Task {
      while true {
        try await Task.sleep(for: LeasedScan.renewal)
        guard try await renew(scan) else { return scanning.cancel() }
      }
    }
    defer { renewing.cancel() }
    do {
      return .verdict(
        try await withTaskCancellationHandler {
          try await scanning.value
        } onCancel: {
          scanning.cancel()
        })
    } catch let error as ScannerAway {
      store.logger.warning("the virus scanner is away; files wait", metadata: ["error": "\(error)"])
      return .away
    } catch let error where error is CancellationError || error is PostgresError {
      return .away
    } catch {
      store.logger.error(
        "a file could not be scanned", metadata: ["file": "\(scan.file)", "error": "\(error)"])
      return .failed
    }
  }

  private func renew(_ scan: LeasedScan) async throws -> Bool {
    try await store.scheduler.write(preamble: [store.stating(nil)]) { transaction in
      try transaction.execute(
        scan.update(
          """
          due_at = ohjaustila.instant_now()
            + make_interval(secs => \(Double(LeasedScan.length.components.seconds)))
          """))
    } == 1
  }

  private func content(of scan: LeasedScan) throws -> ScanContent {
    let key = try store.keys.unwrap(WrappedKey(bytes: scan.wrappedKey), of: .space(scan.space.uuid))
    let cipher = SpaceCipher(key)
    let (store, chunks) = (store, cipher.chunks(of: scan.upload))
    return ScanContent { write in
      let header = try await store.service.readOnce(
        ["SELECT ohjaustila.scanned_header(\(scan.space), \(scan.file), \(scan.lease))"], sharing: false
      ) { try $0[0].exactlyOne().get(0, as: Bytea?.self) }
      guard let header else { throw CancellationError() }
      let count = Int(try cipher.openHeader(header, of: scan.file).chunkCount)
      for first in stride(from: 0, to: count, by: Self.batch) {
        let last = min(first + Self.batch, count)
        for piece in try await read(first..<last, of: scan, store, chunks) { try await write(piece) }
      }
    }
  }

  private func read(
    _ indices: Range<Int>, of scan: LeasedScan, _ store: GuidanceStore, _ cipher: ChunkCipher
  ) async throws -> [Data] {
    try await store.service.readOnce(
      [
        """
        SELECT ohjaustila.scanned_chunks(\(scan.space), \(scan.file), \(scan.lease), \(Int32(indices.lowerBound)),
          \(Int32(indices.upperBound)))
        """
      ], sharing: false
    ) { rows in
      guard rows[0].count == indices.count else { throw DamagedContent(what: "chunks of a file are missing") }
      return try zip(indices, rows[0]).map { index, row in
        try row.withBytes(0) { try cipher.open($0, index: index) }
      }
    }
  }
}
