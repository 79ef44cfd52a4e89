import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// Bytes in, the same bytes out, or an error: never others.
@Suite struct FileTests {
  @Test(arguments: [
    0, 1, Sealer.chunkSize - 1, Sealer.chunkSize, Sealer.chunkSize + 1, 5 * Sealer.chunkSize, 1_400_007,
  ])
  func bytesComeBack(_ size: Int) async throws {
    var random = SplitMix64(seed: testSeed)
    let bytes = random.bytes(size)
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      let file = try await cast.upload(bytes, named: "ääkköset 🙂.pdf", to: space, by: customer, pieces: 100_003)
      #expect(file.size == size && file.name == "ääkköset 🙂.pdf")
      let download = try await cast.store.download(file.id, of: space, for: cast.counsellor)
      #expect(try await Self.received { try await download.send(to: $0) } == bytes)
      for _ in 0..<4 where size > 0 {
        let lower = UInt64.random(in: 0..<UInt64(size), using: &random)
        let upper = UInt64.random(in: lower...UInt64(size), using: &random)
        let part = try await Self.received { try await download.reader.send(lower..<upper, to: $0) }
        #expect(part == Array(bytes[Int(lower)..<Int(upper)]), "seed \(testSeed) \(lower)..<\(upper)")
      }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.upload") == 0)
    }
  }

  @Test func brokenUploadsAreRefusedAndCleanedUp() async throws {
    try await Cast.with(options: .init(maximumFileSize: 600_000)) { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      func send(_ size: Int, announced: Int?, named name: String = "a.pdf") async throws {
        let draft = UploadDraft(name: name, contentType: "application/pdf", announcedSize: announced)
        let body = Cast.body([UInt8](repeating: 7, count: size))
        _ = try await cast.store.upload(draft, to: space, by: customer, body: body)
      }
      await #expect(throws: Refusal.cutOff) { try await send(500_000, announced: 500_001) }
      await #expect(throws: Refusal.cutOff) { try await send(2, announced: 1) }
      await #expect(throws: Refusal.tooLarge(limit: 600_000)) { try await send(600_001, announced: nil) }
      await #expect(throws: Refusal.tooLarge(limit: 600_000)) { try await send(0, announced: 600_001) }
      for name in ["", "a\u{0}b", "a\nb", String(repeating: "x", count: 256)] {
        await #expect(throws: Refusal.self) { try await send(1, announced: 1, named: name) }
      }
      try await send(600_000, announced: 600_000)
      #expect(try await cast.store.files(of: space, PageRequest(), for: customer).items.count == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.upload") == 3)
      try await cast.installation.advance(to: cast.store.clock.now + .seconds(86_401))
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.upload") == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 3)
    }
  }

  /// The space is archived while the bytes come: nothing is published, whoever sends.
  @Test(arguments: [SpaceRole.customer, .counsellor], [1, 3_000_000])
  func anUploadAcrossAnEarlyArchiveIsRefused(_ role: SpaceRole, _ size: Int) async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let caller = role == .customer ? try await cast.customer() : cast.counsellor
      let draft = UploadDraft(name: "a", contentType: "text/plain", announcedSize: nil)
      let body = Interrupted(bytes: [UInt8](repeating: 1, count: size)) {
        _ = try await cast.store.archive(space, reason: nil, by: cast.admin)
      }
      let error = await #expect(throws: Refusal.self) {
        try await cast.store.upload(draft, to: space, by: caller, body: body)
      }
      if case .wrongState(.archived, _, _) = error, role == .customer {} else { #expect(error == .notFound) }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file") == 0)
      try await cast.installation.advance(to: cast.store.clock.now + .seconds(86_401))
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 0)
    }
  }

  /// A file is found in its own space only, also by who is in both.
  @Test func aFileBelongsToItsSpace() async throws {
    try await Cast.with { cast in
      let (one, two) = (try await cast.space(), try await cast.space())
      let customer = try await cast.customer()
      let file = try await cast.upload([1], to: one, by: customer)
      for caller in [customer, cast.counsellor] {
        await #expect(throws: Refusal.notFound) { try await cast.store.download(file.id, of: two, for: caller) }
      }
      await #expect(throws: Refusal.forbidden(.role)) {
        try await cast.store.download(file.id, of: one, for: cast.admin)
      }
    }
  }

  /// Whoever can write to the database can break a file, and cannot change it.
  @Test(arguments: [
    "UPDATE ohjaustila.file_chunk c SET data = d.data FROM ohjaustila.file_chunk d WHERE d.index = 1 - c.index",
    "UPDATE ohjaustila.file_chunk SET data = substr(data, 1, 1000) WHERE index = 1",
    "UPDATE ohjaustila.file_chunk SET data = set_byte(data, 5000, get_byte(data, 5000) # 1) WHERE index = 0",
    "DELETE FROM ohjaustila.file_chunk WHERE index = 1",
    """
    UPDATE ohjaustila.file_chunk c SET data = d.data FROM ohjaustila.file_chunk d
    WHERE d.index = c.index AND d.upload_id <> c.upload_id
    """,
    "UPDATE ohjaustila.file f SET header = g.header FROM ohjaustila.file g WHERE g.number <> f.number",
    "UPDATE ohjaustila.file f SET upload_id = gen_random_uuid()",
  ])
  func tamperingIsAnError(_ change: String) async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      let file = try await cast.upload([UInt8](repeating: 1, count: 500_000), to: space, by: customer)
      try await cast.upload([UInt8](repeating: 2, count: 500_000), to: space, by: customer)
      try await Connection.run(ConnectionConfiguration(url: cast.installation.adminURL)) {
        _ = try $0.pipeline([Query(stringLiteral: change)])
      }
      var received: [UInt8] = []
      await #expect(throws: (any Error).self) {
        try await cast.store.download(file.id, of: space, for: customer).send { received += $0 }
      }
      #expect(received.allSatisfy { $0 == 1 })
    }
  }

  static func received(
    _ send: ((sending Data) async throws -> Void) async throws -> Void
  ) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    try await send { bytes += $0 }
    return bytes
  }
}

/// A body in whose middle something happens.
struct Interrupted: AsyncSequence {
  typealias Element = [UInt8]
  let bytes: [UInt8]
  let interruption: @Sendable () async throws -> Void

  func makeAsyncIterator() -> Iterator { Iterator(bytes: bytes, interruption: interruption) }

  struct Iterator: AsyncIteratorProtocol {
    let bytes: [UInt8]
    let interruption: @Sendable () async throws -> Void
    var step = 0

    mutating func next() async throws -> [UInt8]? {
      step += 1
      switch step {
      case 1: return Array(bytes[..<(bytes.count / 2)])
      case 2:
        try await interruption()
        return Array(bytes[(bytes.count / 2)...])
      default: return nil
      }
    }
  }
}
