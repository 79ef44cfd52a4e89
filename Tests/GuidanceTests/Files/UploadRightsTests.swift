import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// Whose an upload is, how long, and how many there may be.
@Suite struct UploadRightsTests {
  private static func send(
    _ bytes: [UInt8], at offset: Int = 0, to upload: ResumableUpload, of space: ID<Space>, by caller: Caller,
    _ store: GuidanceStore
  ) async throws -> ResumableUpload {
    try await store.append(
      UploadPart(offset: offset, announcedSize: bytes.count), to: upload.id, of: space, by: caller,
      body: Cast.body(bytes))
  }

  @Test func onlyItsCreatorKnowsIt() async throws {
    try await Cast.with { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let other = try await cast.space()
      let upload = try await store.createUpload(ResumableUploadTests.draft(10), to: space, by: customer)
      for caller in [cast.counsellor, cast.colleague] {
        await #expect(throws: Refusal.notFound) {
          try await store.resumableUpload(upload.id, of: space, for: caller)
        }
        await #expect(throws: Refusal.notFound) { try await store.endUpload(upload.id, of: space, by: caller) }
        await #expect(throws: Refusal.notFound) {
          try await Self.send([1], to: upload, of: space, by: caller, store)
        }
      }
      await #expect(throws: Refusal.notFound) { try await store.resumableUpload(upload.id, of: other, for: customer) }
      await #expect(throws: Refusal.forbidden(.role)) {
        try await store.createUpload(ResumableUploadTests.draft(10), to: space, by: cast.admin)
      }
      #expect(try await store.resumableUpload(upload.id, of: space, for: customer).offset == 0)
    }
  }

  /// Two requests add at once: the second is told so, looking is always possible, and nothing is mixed.
  @Test func twoAtOnceNeverMix() async throws {
    var options = GuidanceStore.Options()
    // A busy machine may take its time between the two.
    options.uploadLease = .seconds(60)
    try await Cast.with(options: options) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let upload = try await store.createUpload(ResumableUploadTests.draft(3_000_000), to: space, by: customer)
      let body = Interrupted(bytes: [UInt8](repeating: 1, count: 3_000_000)) {
        let seen = try await store.resumableUpload(upload.id, of: space, for: customer)
        #expect(seen.offset == 1_048_576)
        await #expect {
          try await Self.send([9], at: 1_048_576, to: upload, of: space, by: customer, store)
        } throws: { error in
          if case Refusal.uploadLocked(let wait) = error { wait > .seconds(30) } else { false }
        }
      }
      let done = try await store.append(
        UploadPart(offset: 0, announcedSize: nil), to: upload.id, of: space, by: customer, body: body)
      guard case .published(let file) = done.state else { throw Cast.Unpublished() }
      let download = try await store.download(file, of: space, for: customer)
      #expect(try await FileTests.received(download.send).allSatisfy { $0 == 1 })
    }
  }

  /// Who holds the lease and is never heard of again is waited for until it ends; coming back late, it adds nothing.
  @Test func aLeaseEndsAndItsHolderAddsNothingMore() async throws {
    try await Cast.with { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let upload = try await store.createUpload(ResumableUploadTests.draft(2_500_000), to: space, by: customer)
      let body = Interrupted(bytes: [UInt8](repeating: 1, count: 2_500_000)) {
        try await cast.store.moveClock(to: store.clock.now + store.options.uploadLease + .seconds(1))
        let rest = [UInt8](repeating: 2, count: 2_500_000 - 1_048_576)
        let other = try await Self.send(rest, at: 1_048_576, to: upload, of: space, by: customer, store)
        #expect(other.offset == 2_500_000)
      }
      await #expect(throws: Refusal.uploadLocked(retryAfter: .seconds(1))) {
        try await store.append(
          UploadPart(offset: 0, announcedSize: nil), to: upload.id, of: space, by: customer, body: body)
      }
      guard case .published(let file) = try await store.resumableUpload(upload.id, of: space, for: customer).state
      else { throw Cast.Unpublished() }
      let bytes = try await FileTests.received(store.download(file, of: space, for: customer).send)
      #expect(bytes[..<1_048_576].allSatisfy { $0 == 1 } && bytes[1_048_576...].allSatisfy { $0 == 2 })
      #expect(bytes.count == 2_500_000)
    }
  }

  /// The space is archived, or the sender dismissed, in the middle of a request: nothing more is taken from then on.
  @Test(arguments: ["archived", "dismissed", "ended", "archived under the customer"])
  func whoMayNoMoreAddsNothingMore(_ what: String) async throws {
    try await Cast.with { cast in
      let (store, space) = (cast.store, try await cast.space())
      let isCustomer = what.hasSuffix("customer")
      let caller = isCustomer ? try await cast.customer() : cast.counsellor
      let upload = try await store.createUpload(ResumableUploadTests.draft(9_000_000), to: space, by: caller)
      let body = Interrupted(bytes: [UInt8](repeating: 1, count: 6_000_000)) {
        switch what {
        case "dismissed": try await store.dismiss("olli", from: cast.organisation.id, by: cast.admin)
        case "ended": try await store.endUpload(upload.id, of: space, by: caller)
        default: _ = try await store.archive(space, reason: nil, by: cast.admin)
        }
      }
      let before = try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk")
      let error = await #expect(throws: Refusal.self) {
        try await store.append(
          UploadPart(offset: 0, announcedSize: nil), to: upload.id, of: space, by: caller, body: body)
      }
      if isCustomer {
        guard case .wrongState(.archived, _, _) = error else { throw Cast.Unpublished() }
      } else {
        #expect(error == .notFound)
      }
      #expect(before == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") <= 12)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file") == 0)
      try await cast.installation.advance(to: store.clock.now + .seconds(86_401))
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.resumable_upload") == 0)
    }
  }

  /// The clean-up comes between two requests, and between two batches of one.
  @Test func anExpiredUploadIsOver() async throws {
    try await Cast.with { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let upload = try await store.createUpload(ResumableUploadTests.draft(9_000_000), to: space, by: customer)
      #expect(upload.expiresAt > store.clock.now + .seconds(86_000))
      let body = Interrupted(bytes: [UInt8](repeating: 1, count: 6_000_000)) {
        _ = try await cast.installation.advance(to: upload.expiresAt)
      }
      await #expect(throws: Refusal.notFound) {
        try await store.append(
          UploadPart(offset: 0, announcedSize: nil), to: upload.id, of: space, by: customer, body: body)
      }
      let single = Interrupted(bytes: [UInt8](repeating: 1, count: 6_000_000)) {
        _ = try await cast.installation.advance(to: store.clock.now + .seconds(86_400))
      }
      await #expect(throws: Refusal.notFound) {
        try await store.upload(
          UploadDraft(name: "a", contentType: "text/plain", announcedSize: nil), to: space, by: customer, body: single)
      }
      for table in ["file", "file_chunk", "upload", "resumable_upload"] {
        #expect(try await cast.count("SELECT count(*) FROM ohjaustila.\(identifier: table)") == 0, "\(table)")
      }
    }
  }

  @Test func soManyAtATimeAndNoMore() async throws {
    var options = GuidanceStore.Options()
    options.openUploads = 3
    try await Cast.with(options: options) { cast in
      let (store, spaces) = (cast.store, [try await cast.space(), try await cast.space()])
      let customer = try await cast.customer()
      func create(_ index: Int) async throws -> ResumableUpload {
        try await store.createUpload(ResumableUploadTests.draft(1), to: spaces[index % 2], by: customer)
      }
      let first = try await create(0)
      for index in 1..<3 { _ = try await create(index) }
      await #expect(throws: Refusal.tooManyUploads(limit: 3)) { try await create(3) }
      _ = try await store.createUpload(ResumableUploadTests.draft(1), to: spaces[0], by: cast.counsellor)
      _ = try await Self.send([1], to: first, of: spaces[0], by: customer, store)
      let next = try await create(1)
      await #expect(throws: Refusal.tooManyUploads(limit: 3)) { try await create(0) }
      try await store.endUpload(next.id, of: spaces[1], by: customer)
      _ = try await create(0)
    }
  }

  /// Begun at once in many spaces there are no more either.
  @Test func soManyAtATimeAlsoAtOnce() async throws {
    var options = GuidanceStore.Options()
    options.openUploads = 3
    try await Cast.with(options: options) { cast in
      var spaces: [ID<Space>] = []
      for _ in 0..<6 { spaces.append(try await cast.space()) }
      let (store, customer) = (cast.store, try await cast.customer())
      let begun = try await withThrowingTaskGroup(of: Int.self) { group in
        for space in spaces + spaces {
          group.addTask {
            do {
              _ = try await store.createUpload(ResumableUploadTests.draft(1), to: space, by: customer)
              return 1
            } catch Refusal.tooManyUploads { return 0 }
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(begun == 3)
    }
  }

  /// Twenty uploads to one space at once, half of them abandoned in the middle: the others are whole, and a day later at
  /// most nothing is left of the rest.
  @Test func manyAtOnceToOneSpace() async throws {
    try await Cast.with { cast in
      let (store, space) = (cast.store, try await cast.space())
      let customer = try await cast.customer()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<20 {
          group.addTask {
            let caller = number % 4 < 2 ? customer : cast.counsellor
            let bytes = [UInt8](repeating: UInt8(number), count: 700_000 + number)
            if number < 10 {
              let upload = try await store.createUpload(
                ResumableUploadTests.draft(bytes.count), to: space, by: caller)
              let half = Array(bytes.prefix(350_000))
              let there = try await Self.send(half, to: upload, of: space, by: caller, store)
              guard number % 2 == 0 else { return }
              _ = try await Self.send(
                Array(bytes.dropFirst(there.offset)), at: there.offset, to: upload, of: space, by: caller, store)
            } else if number % 2 == 0 {
              try await cast.upload(bytes, to: space, by: caller)
            } else {
              let draft = UploadDraft(name: "x", contentType: "a/b", announcedSize: nil)
              _ = try? await store.upload(
                draft, to: space, by: caller, body: ResumableUploadTests.Broken(bytes: bytes))
            }
          }
        }
        try await group.waitForAll()
      }
      let files = try await store.files(of: space, PageRequest(), for: customer).items
      #expect(files.map(\.number) == Array(1...10))
      for file in files {
        let bytes = try await FileTests.received(store.download(file.id, of: space, for: customer).send)
        let number = UInt8(file.size - 700_000)
        #expect(bytes.count == file.size && bytes.allSatisfy { $0 == number })
      }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.upload") == 10)
      // What nobody can take up again goes at once.
      try await store.cleanUp()
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.upload") == 5)
      try await cast.installation.advance(to: store.clock.now + .seconds(86_401))
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.upload") == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 30)
    }
  }

  /// A full disk in the middle and at the end: nothing half published, and the upload goes on when there is room.
  @Test(arguments: ["file_chunk", "file", "journal"])
  func aFullDiskPublishesNothing(_ table: String) async throws {
    try await Cast.with { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let bytes = [UInt8](repeating: 5, count: 2_000_000)
      let upload = try await store.createUpload(ResumableUploadTests.draft(bytes.count), to: space, by: customer)
      try await cast.alter(
        """
        CREATE FUNCTION public.full() RETURNS trigger LANGUAGE plpgsql
        AS $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$
        """)
      try await cast.alter(
        """
        CREATE TRIGGER full_disk BEFORE INSERT ON ohjaustila.\(identifier: table)
        FOR EACH ROW EXECUTE FUNCTION public.full()
        """)
      for _ in 0..<2 {
        await #expect {
          let offset = try await store.resumableUpload(upload.id, of: space, for: customer).offset
          _ = try await Self.send(
            Array(bytes.dropFirst(offset)), at: offset, to: upload, of: space, by: customer, store)
        } throws: { ($0 as? PostgresError)?.sqlState == .diskFull }
        await #expect {
          try await cast.upload(bytes, to: space, by: customer)
        } throws: { ($0 as? PostgresError)?.sqlState == .diskFull }
      }
      #expect(try await store.files(of: space, PageRequest(), for: customer).items.isEmpty)
      try await cast.alter("DROP TRIGGER full_disk ON ohjaustila.\(identifier: table)")
      let offset = try await store.resumableUpload(upload.id, of: space, for: customer).offset
      #expect(offset == (table == "file_chunk" ? 0 : 1_048_576))
      let done = try await Self.send(
        Array(bytes.dropFirst(offset)), at: offset, to: upload, of: space, by: customer, store)
      #expect(done.offset == bytes.count)
      #expect(try await store.files(of: space, PageRequest(), for: customer).items.count == 1)
    }
  }

  /// Whoever can write to the database can break an upload, and cannot change what it becomes.
  @Test(arguments: [
    "UPDATE ohjaustila.resumable_upload SET tail = set_byte(tail, 40, get_byte(tail, 40) # 1)",
    "UPDATE ohjaustila.resumable_upload SET received = received + 1",
    "UPDATE ohjaustila.file_chunk SET data = set_byte(data, 5000, get_byte(data, 5000) # 1)",
    "UPDATE ohjaustila.resumable_upload SET description = set_byte(description, 40, get_byte(description, 40) # 1)",
  ])
  func tamperingIsAnError(_ change: String) async throws {
    try await Cast.with { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let upload = try await store.createUpload(ResumableUploadTests.draft(500_000), to: space, by: customer)
      _ = try await Self.send([UInt8](repeating: 1, count: 400_000), to: upload, of: space, by: customer, store)
      try await Connection.run(ConnectionConfiguration(url: cast.installation.adminURL)) {
        _ = try $0.pipeline([Query(stringLiteral: change)])
      }
      let offset = change.contains("received =") ? 400_001 : 400_000
      await #expect(throws: (any Error).self) {
        try await Self.send(
          [UInt8](repeating: 1, count: 500_000 - offset), at: offset, to: upload, of: space, by: customer, store)
      }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file") == 0)
    }
  }
}
