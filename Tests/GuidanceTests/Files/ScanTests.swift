import Foundation
import Lifecycle
import Postgres
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Guidance

/// The quarantine, with a scanner that says what the test wants; clamd itself is in FaultTests.
@Suite struct ScanTests {
  /// Says that what begins with a byte of one is infected, and remembers what it was given.
  final class Scanner: VirusScanner {
    enum Mood { case works, away, fails, tooLarge }
    let mood = Mutex(Mood.works)
    let seen = Mutex<[[UInt8]]>([])
    let meanwhile: @Sendable () async throws -> Void

    init(meanwhile: @escaping @Sendable () async throws -> Void = {}) { self.meanwhile = meanwhile }

    struct Failure: Error {}

    func scan(_ content: ScanContent) async throws -> ScanVerdict {
      if mood.withLock({ $0 == .away }) { throw ScannerAway("test") }
      let received = Mutex<[UInt8]>([])
      try await content.send { piece in received.withLock { $0 += piece } }
      let bytes = received.withLock { $0 }
      seen.withLock { $0.append(bytes) }
      try await meanwhile()
      switch mood.withLock({ $0 }) {
      case .works: return bytes.first == 1 ? .infected(name: "Test.Virus \"1\"") : .clean
      case .fails: throw Failure()
      case .tooLarge: return .tooLarge
      case .away: throw ScannerAway("test")
      }
    }
  }

  private static var options: GuidanceStore.Options {
    var options = GuidanceStore.Options()
    options.scansFiles = true
    return options
  }

  @discardableResult
  private static func upload(
    _ bytes: [UInt8], to space: ID<Space>, by caller: Caller, _ cast: Cast
  ) async throws -> ID<File> {
    let draft = UploadDraft(name: "a.exe", contentType: "application/x-dosexec", announcedSize: bytes.count)
    return try await cast.store.upload(draft, to: space, by: caller, body: Cast.body(bytes)).id
  }

  /// Nobody downloads what waits, only its sender knows of it, and the archive has it when it is clean.
  @Test(arguments: [0, 3, 1_400_007]) func aCleanFileIsPublished(_ size: Int) async throws {
    try await Cast.with(options: Self.options) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 5) }
      let file = try await Self.upload(bytes, to: space, by: customer, cast)
      for caller in [customer, cast.counsellor] {
        await #expect(throws: Refusal.notFound) { try await store.download(file, of: space, for: caller) }
        #expect(try await store.files(of: space, PageRequest(), for: caller).items.isEmpty)
      }
      #expect(try await store.archive(of: space, for: customer).parts.content.files.isEmpty)
      #expect(try await store.quarantine(of: space, for: cast.counsellor).isEmpty)
      let waiting = try #require(try await store.quarantine(of: space, for: customer).first)
      #expect(waiting.id == file && waiting.name == "a.exe" && waiting.size == size && waiting.refusal == nil)
      #expect(try await store.quarantineCounts(for: cast.operator).waiting == 1)
      let scanner = Scanner()
      #expect(try await Scanning(store: store, scanner: scanner).scanDue().published == 1)
      #expect(scanner.seen.withLock { $0 } == [bytes])
      #expect(try await store.quarantine(of: space, for: customer).isEmpty)
      let listed = try await store.files(of: space, PageRequest(), for: cast.counsellor).items
      #expect(listed.map(\.id) == [file] && listed.map(\.number) == [1] && listed[0].uploader.role == .customer)
      let download = try await store.download(file, of: space, for: cast.counsellor)
      #expect(try await FileTests.received(download.send) == bytes)
      #expect(try await store.archive(of: space, for: customer).parts.content.files.count == 1)
      #expect(try await Self.kinds(space, cast) == ["fileQuarantined", "filePosted"])
      _ = try await Chain.verify(space, in: cast.installation)
      // Numbers go on where they were.
      try await Self.upload([2], to: space, by: customer, cast)
      _ = try await Scanning(store: store, scanner: scanner).scanDue()
      #expect(try await store.files(of: space, PageRequest(), for: customer).items.map(\.number) == [1, 2])
    }
  }

  /// The bytes go, both sides see that there was something, and nothing of it is in the archive.
  @Test func anInfectedFileIsDestroyed() async throws {
    try await Cast.with(options: Self.options) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let file = try await Self.upload([UInt8](repeating: 1, count: 800_000), to: space, by: cast.counsellor, cast)
      #expect(try await Scanning(store: store, scanner: Scanner()).scanDue().refused == 1)
      for caller in [customer, cast.counsellor] {
        let refused = try #require(try await store.quarantine(of: space, for: caller).first)
        #expect(refused.id == file && refused.refusal == "Test.Virus__1_" && refused.uploader.role == .counsellor)
        await #expect(throws: Refusal.notFound) { try await store.download(file, of: space, for: caller) }
      }
      #expect(try await store.archive(of: space, for: customer).parts.content.files.isEmpty)
      #expect(try await Self.kinds(space, cast) == ["fileQuarantined", "fileRefused"])
      _ = try await Chain.verify(space, in: cast.installation)
      try await store.cleanUp()
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.upload") == 0)
      #expect(try await Scanning(store: store, scanner: Scanner()).scanDue() == ScanReport())
    }
  }

  /// A resumed upload goes the same way, and tells its client where the file is.
  @Test func aResumedUploadIsScannedToo() async throws {
    try await Cast.with(options: Self.options) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      func state(_ upload: ResumableUpload) async throws -> ResumableUpload.State {
        try await store.resumableUpload(upload.id, of: space, for: customer).state
      }
      let empty = try await store.createUpload(ResumableUploadTests.draft(0), to: space, by: customer)
      let upload = try await store.createUpload(ResumableUploadTests.draft(2), to: space, by: customer)
      for offset in 0..<2 {
        _ = try await store.append(
          UploadPart(offset: offset, announcedSize: 1), to: upload.id, of: space, by: customer,
          body: Cast.body([1]))
      }
      guard case .scanning(let file) = try await state(upload) else { throw Cast.Unpublished() }
      let report = try await Scanning(store: store, scanner: Scanner()).scanDue()
      #expect(report.published == 1 && report.refused == 1)
      #expect(try await state(upload) == .refused(file))
      guard case .published = try await state(empty) else { throw Cast.Unpublished() }
    }
  }

  @Test func whileTheScannerIsAwayFilesWait() async throws {
    try await Cast.with(options: Self.options) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let file = try await Self.upload([2], to: space, by: customer, cast)
      let scanner = Scanner()
      scanner.mood.withLock { $0 = .away }
      for _ in 0..<20 {
        #expect(try await Scanning(store: store, scanner: scanner).scanDue().isAway)
        try await store.moveClock(to: store.clock.now + .seconds(6))
      }
      #expect(try await store.quarantineCounts(for: cast.operator).failing == 0)
      scanner.mood.withLock { $0 = .works }
      #expect(try await Scanning(store: store, scanner: scanner).scanDue().published == 1)
      _ = try await store.download(file, of: space, for: customer)
    }
  }

  /// What the scanner fails on is tried again, longer and longer after; in the end it is refused, and nothing waits for it.
  @Test func whatNobodyCanScanIsRefused() async throws {
    try await Cast.with(options: Self.options) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      try await Self.upload([2], to: space, by: customer, cast)
      let scanner = Scanner()
      scanner.mood.withLock { $0 = .fails }
      let scanning = Scanning(store: store, scanner: scanner)
      for attempt in 1..<ScanRecord.mostAttempts {
        #expect(try await scanning.scanDue().postponed == 1)
        #expect(try await scanning.scanDue() == ScanReport())
        #expect(try await store.quarantineCounts(for: cast.operator).failing == 1, "\(attempt)")
        try await store.moveClock(to: store.clock.now + ScanRecord.longestPause * 1.25)
      }
      #expect(try await scanning.scanDue().refused == 1)
      try await Self.upload([2], to: space, by: customer, cast)
      scanner.mood.withLock { $0 = .tooLarge }
      #expect(try await scanning.scanDue().refused == 1)
      let reasons = try await store.quarantine(of: space, for: customer).map(\.refusal)
      #expect(reasons == ["notScannable", "tooLargeToScan"])
    }
  }

  /// Two copies scan a dozen files: each once.
  @Test func twoCopiesScanEachFileOnce() async throws {
    try await Cast.with(options: Self.options) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      for number in 0..<12 { try await Self.upload([2, UInt8(number)], to: space, by: customer, cast) }
      let other = try await cast.installation.copy(options: Self.options)
      let scanner = Scanner { try await Task.sleep(for: .milliseconds(5)) }
      async let first = Scanning(store: store, scanner: scanner).scanDue()
      async let second = Scanning(store: other.store, scanner: scanner).scanDue()
      let (one, two) = (try await first, try await second)
      #expect(one.published + two.published == 12)
      #expect(scanner.seen.withLock { Set($0.map { $0[1] }).count == 12 && $0.count == 12 })
      #expect(try await store.files(of: space, PageRequest(), for: customer).items.map(\.number) == Array(1...12))
      await other.shutdown()
    }
  }

  /// A copy died in the middle of a scan: when its lease has ended, another scans the file; the first one's late verdict
  /// is nobody's.
  @Test func aLostLeaseDecidesNothing() async throws {
    try await Cast.with(options: Self.options) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let file = try await Self.upload([2], to: space, by: customer, cast)
      let lost = try #require(try await store.claimScan())
      #expect(try await store.claimScan() == nil)
      try await store.moveClock(to: store.clock.now + LeasedScan.length + .seconds(1))
      let held = try #require(try await store.claimScan())
      #expect(held.file == file && held.lease != lost.lease)
      for outcome in [ScanOutcome.verdict(.clean), .verdict(.infected(name: "x")), .away, .failed] {
        #expect(try await ScanRecord(store: store, scan: lost, outcome: outcome).run() == .leaseLost)
      }
      #expect(try await ScanRecord(store: store, scan: held, outcome: .verdict(.clean)).run() == .published)
      #expect(try await ScanRecord(store: store, scan: held, outcome: .verdict(.clean)).run() == .leaseLost)
      #expect(try await store.files(of: space, PageRequest(), for: customer).items.count == 1)
    }
  }

  /// Without the scan's secret the sealed bytes are nobody's, whoever asks with the service's role.
  @Test func theBytesAreReadUnderTheLeaseOnly() async throws {
    try await Cast.with(options: Self.options) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let file = try await Self.upload([2], to: space, by: customer, cast)
      let scan = try #require(try await store.claimScan())
      func rows(_ lease: UUID) async throws -> Int {
        try await store.service.readOnce([
          "SELECT ohjaustila.scanned_chunks(\(space), \(file), \(lease), 0, 10)"
        ]) { $0[0].count }
      }
      #expect(try await rows(scan.lease) == 1)
      #expect(try await rows(UUID()) == 0)
      #expect(try await ScanRecord(store: store, scan: scan, outcome: .verdict(.clean)).run() == .published)
      #expect(try await rows(scan.lease) == 0)
    }
  }

  /// Sent in time, scanned after the boundary: the customer's archive has it. Restricted or erased: nothing happens.
  @Test func theSpaceMovesOnMeanwhile() async throws {
    try await Cast.with(options: Self.options) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      try await Self.upload([2], to: space, by: cast.counsellor, cast)
      let officer = try await cast.officer()
      _ = try await store.restrict(space, by: officer)
      #expect(try await Scanning(store: store, scanner: Scanner()).scanDue() == ScanReport())
      _ = try await store.liftRestriction(of: space, by: officer)
      _ = try await store.archive(space, reason: nil, by: cast.admin)
      try await store.moveClock(to: store.clock.now + .seconds(601))
      #expect(try await Scanning(store: store, scanner: Scanner()).scanDue().published == 1)
      #expect(try await store.archive(of: space, for: customer).parts.content.files.count == 1)

      let gone = try await cast.space()
      try await Self.upload([2], to: gone, by: customer, cast)
      let scan = try #require(try await store.claimScan())
      try await cast.installation.advance(to: try await cast.timeline(of: gone).erases)
      #expect(try await ScanRecord(store: store, scan: scan, outcome: .verdict(.clean)).run() == .leaseLost)
      for table in ["quarantined_file", "file_chunk", "file", "upload"] {
        #expect(
          try await cast.count("SELECT count(*) FROM ohjaustila.\(identifier: table) WHERE space_id = \(gone)") == 0)
      }
    }
  }

  /// An erased customer's files go from the quarantine as well, and their uploads with them.
  @Test func anErasedParticipantLeavesNothingWaiting() async throws {
    try await Cast.with(options: Self.options) { cast in
      let store = cast.store
      let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
      let customer = try await cast.customer()
      _ = try await store.enter(space, invitation: nil, by: customer)
      _ = try await store.enter(space, invitation: nil, by: try await cast.customer(1))
      try await Self.upload([2], to: space, by: customer, cast)
      let upload = try await store.createUpload(ResumableUploadTests.draft(400_000), to: space, by: customer)
      _ = try await store.append(
        UploadPart(offset: 0, announcedSize: nil), to: upload.id, of: space, by: customer,
        body: Cast.body([UInt8](repeating: 0, count: 300_000)))
      let place = try #require(
        try await store.space(space, for: customer).participation)
      let erasure = ParticipantErasure(participant: place, messages: true, files: true)
      _ = try await store.erase(erasure, of: space, by: try await cast.officer())
      try await store.cleanUp()
      for table in ["quarantined_file", "resumable_upload", "upload", "file_chunk"] {
        #expect(try await cast.count("SELECT count(*) FROM ohjaustila.\(identifier: table)") == 0, "\(table)")
      }
    }
  }

  private static func kinds(_ space: ID<Space>, _ cast: Cast) async throws -> [String] {
    try await cast.installation.asAdmin(
      "SELECT kind FROM ohjaustila.journal WHERE space_id = \(space) AND kind LIKE 'file%' ORDER BY seq"
    ) { try $0.get(0, as: String.self) }
  }
}
