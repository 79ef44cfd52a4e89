import Lifecycle
import Postgres

/// What a scan came to.
enum ScanOutcome: Sendable, Equatable {
  case verdict(ScanVerdict)
  /// The scanner could not be reached.
  case away
  /// The scanner, or we, failed on this file.
  case failed
}

/// Records what a scan came to, in a transaction of its own: the space first, then the file, whose lease must still be
/// this scan's.
struct ScanRecord: Sendable {
  let store: GuidanceStore
  let scan: LeasedScan
  let outcome: ScanOutcome

  enum Result: Sendable, Equatable {
    case published, refused, postponed
    /// The lease had ended, and the file is somebody else's.
    case leaseLost
  }

  /// A file on which the scanner failed so often, over a day, is refused: some are made to be the end of scanners.
  static let mostAttempts = 32
  /// And as much as a quarter more.
  static let longestPause: Duration = .seconds(3600)
  private static let firstPause: Duration = .seconds(5)

  func run() async throws -> Result {
    do {
      return try await store.scheduler.write(preamble: [store.stating(nil)], run)
    } catch let error as PostgresError where error.sqlState == .guardFailed {
      return .leaseLost
    }
  }

  @Sendable private func run(_ transaction: WriteTransaction) throws -> Result {
    let rows = try transaction.pipeline([
      SpaceAccess.lock(scan.space),
      "SELECT \(Space.columns) FROM ohjaustila.space s WHERE s.id = \(scan.space)",
      "SELECT ohjaustila.instant_now()",
    ])
    guard let space = try rows[1].optionalOne().map(Space.init) else { return .leaseLost }
    let now = max(try rows[2].exactlyOne().get(0, as: Instant.self), space.journal.at)
    // What was restricted or came to its end meanwhile is left as it is.
    guard !space.isRestricted, space.timeline.state(at: now) != .erased else {
      return try postpone(until: now + LeasedScan.restrictionPause, transaction)
    }
    switch outcome {
    case .verdict(.clean): return try publish(space, at: now, transaction)
    case .verdict(.infected(let name)): return try refuse(space, Self.code(name), at: now, transaction)
    case .verdict(.tooLarge): return try refuse(space, "tooLargeToScan", at: now, transaction)
    case .away: return try postpone(until: now + Self.firstPause, transaction)
    case .failed where scan.attempts + 1 >= Self.mostAttempts:
      return try refuse(space, "notScannable", at: now, transaction)
    case .failed:
      return try postpone(until: now + Self.pause(after: scan.attempts), failing: true, transaction)
    }
  }

  /// Twice as long each time up to the longest, and never quite the same: what failed only because a scanner met its end
  /// over another file must not meet that file again and again.
  private static func pause(after attempts: Int) -> Duration {
    min(longestPause, firstPause * (1 << min(attempts, 10))) * Double.random(in: 0.75...1.25)
  }

  private func postpone(
    until: Instant, failing: Bool = false, _ transaction: WriteTransaction
  ) throws -> Result {
    try transaction.enqueueUpdatingExactlyOne(
      scan.update("lease = NULL, due_at = \(until), attempts = attempts + \(Int32(failing ? 1 : 0))"))
    return .postponed
  }

  /// It arrived in time; also when the space has been archived since, it belongs to what its customer takes home.
  private func publish(_ space: Space, at now: Instant, _ transaction: WriteTransaction) throws -> Result {
    let number = space.fileCount + 1
    try transaction.enqueue(
      "SELECT ohjaustila.publish_scanned(\(space.id), \(scan.file), \(scan.lease), \(number), \(now))")
    try transaction.enqueueUpdatingExactlyOne(
      """
      UPDATE ohjaustila.space SET file_count = \(number), content_at = \(now)
      WHERE id = \(space.id) AND file_count = \(space.fileCount)
      """)
    try transaction.enqueue([entry("filePosted", at: now)], of: space)
    return .published
  }

  private func refuse(
    _ space: Space, _ reason: String, at now: Instant, _ transaction: WriteTransaction
  ) throws -> Result {
    try transaction.enqueue(
      "SELECT ohjaustila.refuse_scanned(\(space.id), \(scan.file), \(scan.lease), \(reason))")
    try transaction.enqueue([entry("fileRefused", reason: reason, at: now)], of: space)
    return .refused
  }

  private func entry(_ kind: String, reason: String? = nil, at now: Instant) -> JournalEntry {
    JournalEntry(
      kind, effectiveAt: now, recordedAt: now, actor: .scheduler,
      details: [("file", scan.file.description)] + (reason.map { [("reason", $0)] } ?? []))
  }

  /// A scanner's name for what it found as a code, whatever it is: it goes into the journal.
  static func code(_ name: String) -> String {
    let code = name.unicodeScalars.prefix(100).map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || ".-_/:".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
    }
    return code.isEmpty ? "unnamed" : String(code)
  }
}
