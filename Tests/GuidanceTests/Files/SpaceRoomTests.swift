import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// How much one space holds: nobody fills the disk of everybody, and nobody is refused what there is room for.
@Suite struct SpaceRoomTests {
  private static func options(
    bytes: Int = 1000, files: Int = 100, messages: Int = 100, scans: Bool = false
  ) -> GuidanceStore.Options {
    var options = GuidanceStore.Options()
    (options.space.bytes, options.space.files, options.space.messages) = (bytes, files, messages)
    options.scansFiles = scans
    return options
  }

  /// - Parameter announced: whether the number of bytes is said before they come.
  private static func post(
    _ size: Int, announced: Bool = true, first: UInt8 = 0, to space: ID<Space>, by caller: Caller,
    _ store: GuidanceStore
  ) async throws {
    let draft = UploadDraft(name: "a", contentType: "text/plain", announcedSize: announced ? size : nil)
    let bytes = [first] + [UInt8](repeating: 0, count: max(0, size - 1))
    _ = try await store.upload(draft, to: space, by: caller, body: Cast.body(Array(bytes.prefix(size))))
  }

  private static func used(_ space: ID<Space>, _ cast: Cast) async throws -> [Int] {
    let room = try await cast.store.files(of: space, PageRequest(), for: cast.counsellor).room
    return [room.usedBytes, room.usedFiles]
  }

  /// To the last byte and no further, whether it was announced or not; another space has its own room.
  @Test func filesFitToTheLastByte() async throws {
    try await Cast.with(options: Self.options()) { cast in
      let (space, customer) = (try await cast.space(), try await cast.customer())
      try await Self.post(600, to: space, by: customer, cast.store)
      for announced in [true, false] {
        await #expect(throws: Refusal.spaceFull(.bytes, used: 600, limit: 1000)) {
          try await Self.post(401, announced: announced, to: space, by: customer, cast.store)
        }
      }
      await #expect(throws: Refusal.spaceFull(.bytes, used: 600, limit: 1000)) {
        try await cast.store.createUpload(ResumableUploadTests.draft(401), to: space, by: customer)
      }
      #expect(try await Self.used(space, cast) == [600, 1])
      try await Self.post(400, announced: false, to: space, by: cast.counsellor, cast.store)
      #expect(try await Self.used(space, cast) == [1000, 2])
      try await Self.post(0, to: space, by: customer, cast.store)
      await #expect(throws: Refusal.spaceFull(.bytes, used: 1000, limit: 1000)) {
        try await Self.post(1, announced: false, to: space, by: customer, cast.store)
      }
      try await Self.post(1000, to: try await cast.space(), by: cast.counsellor, cast.store)
      _ = try await cast.store.sweep()
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 3)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.upload") == 0)
    }
  }

  /// Empty files are files as well, in one request or many.
  @Test func thereAreSoManyFiles() async throws {
    try await Cast.with(options: Self.options(files: 3)) { cast in
      let (space, customer) = (try await cast.space(), try await cast.customer())
      try await Self.post(0, to: space, by: customer, cast.store)
      _ = try await cast.store.createUpload(ResumableUploadTests.draft(0), to: space, by: customer)
      let open = try await cast.store.createUpload(ResumableUploadTests.draft(1), to: space, by: customer)
      let full = Refusal.spaceFull(.files, used: 3, limit: 3)
      await #expect(throws: full) { try await Self.post(0, to: space, by: customer, cast.store) }
      await #expect(throws: full) {
        try await cast.store.createUpload(ResumableUploadTests.draft(0), to: space, by: customer)
      }
      // What is under way has its place.
      let part = UploadPart(offset: 0, announcedSize: 1)
      let done = try await cast.store.append(part, to: open.id, of: space, by: customer, body: Cast.body([1]))
      #expect(done.offset == 1)
      #expect(try await Self.used(space, cast) == [1, 3])
    }
  }

  /// An upload under way keeps its room until it ends or its time is over.
  @Test func whatIsUnderWayKeepsItsRoom() async throws {
    try await Cast.with(options: Self.options()) { cast in
      let (space, customer) = (try await cast.space(), try await cast.customer())
      let first = try await cast.store.createUpload(ResumableUploadTests.draft(700), to: space, by: customer)
      _ = try await cast.store.createUpload(ResumableUploadTests.draft(300), to: space, by: customer)
      #expect(try await Self.used(space, cast) == [1000, 2])
      await #expect(throws: Refusal.spaceFull(.bytes, used: 1000, limit: 1000)) {
        try await Self.post(1, to: space, by: cast.counsellor, cast.store)
      }
      try await cast.store.endUpload(first.id, of: space, by: customer)
      #expect(try await Self.used(space, cast) == [300, 1])
      try await cast.installation.advance(to: cast.store.clock.now + cast.store.options.uploadLifetime + .seconds(1))
      #expect(try await Self.used(space, cast) == [0, 0])
      try await Self.post(1000, to: space, by: cast.counsellor, cast.store)
    }
  }

  /// A request under way keeps its room for longer than its lease, as it is heard of.
  @Test(.timeLimit(.minutes(1))) func aRequestUnderWayIsHeardOf() async throws {
    var options = Self.options()
    options.postLease = .seconds(6)
    try await Cast.with(options: options) { cast in
      let (space, customer) = (try await cast.space(), try await cast.customer())
      let until: Query = "SELECT kept_until FROM ohjaustila.upload"
      let body = Interrupted(bytes: [1, 2]) {
        let begun = try await cast.installation.asAdmin(until) { try $0.get(0, as: Instant.self) }
        while try await cast.installation.asAdmin(until, { try $0.get(0, as: Instant.self) }) == begun {
          try await Task.sleep(for: .milliseconds(50))
        }
        _ = try await cast.store.sweep()
        #expect(try await Self.used(space, cast) == [2, 1])
      }
      let draft = UploadDraft(name: "a", contentType: "text/plain", announcedSize: 2)
      _ = try await cast.store.upload(draft, to: space, by: customer, body: body)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file") == 1)
    }
  }

  /// Of a request whose process was killed nothing is heard any more: room and bytes are free when its lease is over.
  @Test func aKilledProcessGivesItsRoomBack() async throws {
    try await Cast.with(options: Self.options()) { cast in
      let (space, customer, store) = (try await cast.space(), try await cast.customer(), cast.store)
      let chunks = try await store.change(space, by: customer, to: .write) { change in
        let upload = ID<Upload>.make()
        try change.beginUpload(upload, size: 1000, lease: store.options.postLease)
        return try change.cipher().chunks(of: upload)
      }
      let stored = ChunkBatch(upload: chunks.upload, first: 0, chunks: [chunks.sealTail([1], at: 1)])
      try await ChunkStorage(store: store, caller: customer, space: space, upload: chunks.upload).append(stored)
      _ = try await store.sweep()
      await #expect(throws: Refusal.spaceFull(.bytes, used: 1000, limit: 1000)) {
        try await Self.post(1, to: space, by: customer, store)
      }
      try await store.moveClock(to: store.clock.now + store.options.postLease + .seconds(1))
      try await Self.post(1000, to: space, by: customer, store)
      _ = try await store.sweep()
      #expect(try await Self.used(space, cast) == [1000, 1])
      for table in ["upload", "file_chunk"] {
        let left = try await cast.count("SELECT count(*) FROM ohjaustila.\(identifier: table)")
        #expect(left == (table == "upload" ? 0 : 1))
      }
    }
  }

  /// Nobody comes to finish what somebody had under way who is not there any more.
  @Test func whoLeavesGivesTheirRoomBack() async throws {
    try await Cast.with(options: Self.options()) { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
      let (leaver, stayer) = (try await cast.customer(0), try await cast.customer(1))
      for caller in [leaver, stayer] { _ = try await cast.store.enter(space, invitation: nil, by: caller) }
      let place = try await cast.participation(0, in: space)
      _ = try await cast.store.createUpload(ResumableUploadTests.draft(700), to: space, by: leaver)
      let draft = UploadDraft(name: "a", contentType: "text/plain", announcedSize: 200)
      let body = Interrupted(bytes: [UInt8](repeating: 1, count: 200)) {
        #expect(try await Self.used(space, cast) == [900, 2])
        try await cast.store.endPlace(place, in: space, by: leaver)
      }
      await #expect(throws: Refusal.notFound) {
        try await cast.store.upload(draft, to: space, by: leaver, body: body)
      }
      try await Self.post(1000, to: space, by: stayer, cast.store)
      _ = try await cast.store.sweep()
      for table in ["upload", "resumable_upload"] {
        #expect(try await cast.count("SELECT count(*) FROM ohjaustila.\(identifier: table)") == 0)
      }
    }
  }

  /// Bytes of unknown number take room as they come, and no more of them are stored than there is room for.
  @Test func bytesTakeRoomAsTheyCome() async throws {
    let batch = 4 * Sealer.chunkSize
    try await Cast.with(options: Self.options(bytes: 2 * batch)) { cast in
      let (space, customer) = (try await cast.space(), try await cast.customer())
      let draft = UploadDraft(name: "a", contentType: "text/plain", announcedSize: nil)
      let body = Interrupted(bytes: [UInt8](repeating: 1, count: 2 * (batch + 1))) {
        #expect(try await Self.used(space, cast) == [batch, 1])
        await #expect(throws: Refusal.spaceFull(.bytes, used: batch, limit: 2 * batch)) {
          try await Self.post(batch + 1, to: space, by: cast.counsellor, cast.store)
        }
        try await Self.post(1, to: space, by: cast.counsellor, cast.store)
      }
      await #expect(throws: Refusal.spaceFull(.bytes, used: batch + 1, limit: 2 * batch)) {
        try await cast.store.upload(draft, to: space, by: customer, body: body)
      }
      #expect(try await Self.used(space, cast) == [1, 1])
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 5)
    }
  }

  /// The repetition of what took the last room, or came before nobody may write any more, finds what the first made.
  @Test func aRepetitionNeedsNoRoom() async throws {
    try await Cast.with(options: Self.options(files: 2)) { cast in
      let (space, customer) = (try await cast.space(), try await cast.customer())
      let key = RequestKey(key: "k", method: "POST", path: "/files", body: [])
      let post = { (bytes: [UInt8]) in
        let draft = UploadDraft(name: "a", contentType: "text/plain", announcedSize: bytes.count)
        return try await cast.store.upload(draft, to: space, by: customer, request: key, body: Cast.body(bytes)).id
      }
      let bytes = [UInt8](repeating: 1, count: 1000)
      let first = try await post(bytes)
      #expect(try await post(bytes) == first)
      try await Self.post(0, to: space, by: customer, cast.store)
      #expect(try await post(bytes) == first)
      await #expect(throws: Refusal.idempotencyMismatch) { try await post([1]) }
      _ = try await cast.store.restrict(space, by: try await cast.officer())
      #expect(try await post(bytes) == first)
      // Nothing that came again was stored.
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.upload") == 0)
    }
  }

  /// Many at once, through two copies of the service: as many as fit, in whatever way they come.
  @Test(arguments: ["announced", "not announced", "resumable"], [false, true])
  func manyAtOnceDoNotPassTogether(_ way: String, _ scans: Bool) async throws {
    try await Cast.with(options: Self.options(scans: scans), connections: 6) { cast in
      let (space, customer) = (try await cast.space(), try await cast.customer())
      let copy = try await cast.installation.copy(options: cast.store.options)
      let passed = try await withThrowingTaskGroup(of: Int.self) { group in
        for index in 0..<10 {
          let store = index % 2 == 0 ? cast.store : copy.store
          group.addTask {
            do {
              if way == "resumable" {
                _ = try await store.createUpload(ResumableUploadTests.draft(300), to: space, by: customer)
              } else {
                try await Self.post(300, announced: way == "announced", to: space, by: customer, store)
              }
              return 1
            } catch Refusal.spaceFull { return 0 }
          }
        }
        return try await group.reduce(0, +)
      }
      await copy.shutdown()
      #expect(passed == 3)
      #expect(try await Self.used(space, cast) == [900, 3])
    }
  }

  /// What waits for the scanner takes room whoever sent it; what was refused only its place.
  @Test func theQuarantineCounts() async throws {
    try await Cast.with(options: Self.options(files: 3, scans: true)) { cast in
      let (space, customer) = (try await cast.space(), try await cast.customer())
      try await Self.post(900, first: 1, to: space, by: customer, cast.store)
      try await Self.post(100, to: space, by: customer, cast.store)
      await #expect(throws: Refusal.spaceFull(.bytes, used: 1000, limit: 1000)) {
        try await Self.post(1, to: space, by: cast.counsellor, cast.store)
      }
      let report = try await Scanning(store: cast.store, scanner: ScanTests.Scanner()).scanDue()
      #expect(report.published == 1 && report.refused == 1)
      #expect(try await Self.used(space, cast) == [100, 2])
      try await Self.post(900, to: space, by: cast.counsellor, cast.store)
      await #expect(throws: Refusal.spaceFull(.files, used: 3, limit: 3)) {
        try await Self.post(0, to: space, by: customer, cast.store)
      }
    }
  }

  @Test func erasedFilesGiveTheirRoomBack() async throws {
    try await Cast.with(options: Self.options()) { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
      for (number, size) in [(0, 600), (1, 300)] {
        try await Self.post(size, to: space, by: try await cast.customer(number), cast.store)
      }
      let place = try await cast.participation(0, in: space)
      let erasure = ParticipantErasure(participant: place, messages: false, files: true)
      _ = try await cast.store.erase(erasure, of: space, by: try await cast.officer())
      #expect(try await Self.used(space, cast) == [300, 1])
      try await Self.post(700, to: space, by: cast.counsellor, cast.store)
    }
  }

  @Test func thereAreSoManyMessages() async throws {
    try await Cast.with(options: Self.options(messages: 2)) { cast in
      let (space, customer) = (try await cast.space(), try await cast.customer())
      for caller in [customer, cast.counsellor] { _ = try await cast.store.postMessage("Hei", to: space, by: caller) }
      await #expect(throws: Refusal.spaceFull(.messages, used: 2, limit: 2)) {
        try await cast.store.postMessage("Hei", to: space, by: customer)
      }
      #expect(try await cast.store.messages(of: space, PageRequest(), for: customer).items.count == 2)
    }
  }

  /// The function tells nobody how much a space holds that they do not see.
  @Test func nobodyElseIsTold() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.upload([1, 2, 3], to: space, by: cast.counsellor)
      let url = cast.installation.url(RoleNames.standard.service)
      for (caller, bytes) in [(cast.counsellor, 3), (cast.colleague, 0), (cast.admin, 0)] {
        let told = try await Connection.run(ConnectionConfiguration(url: url)) { connection in
          _ = try connection.pipeline(["SELECT set_config('ohj.principal', \(caller.uuid.map { "\($0)" }), false)"])
          return try connection.pipeline([SpaceRoom.selection(space)])[0].exactlyOne().get(0, as: Int.self)
        }
        #expect(told == bytes)
      }
    }
  }
}
