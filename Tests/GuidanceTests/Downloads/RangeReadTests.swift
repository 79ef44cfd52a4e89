import ArchiveFormat
import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// A range reads what it covers: chunks that are not there prove it.
@Suite struct RangeReadTests {
  private static let huge: UInt64 = 10 << 30

  /// Ten gibibytes without a single chunk, and a small file behind them: of the small file one byte is read, by one
  /// statement, from one chunk of its three.
  @Test func aByteBehindTenGibibytesReadsOneChunk() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      try await cast.publish(size: Self.huge, in: space)
      var random = SplitMix64(seed: testSeed)
      let bytes = random.bytes(600_000)
      try await cast.upload(bytes, named: "last.bin", to: space, by: cast.counsellor)
      try await cast.alter("DELETE FROM ohjaustila.file_chunk WHERE index <> 1")
      let download = try await cast.store.archive(of: space, for: customer)
      #expect(download.length > Self.huge)
      // Behind the files come manifest and signature.
      let last = download.layout.entries.count - 3
      let position = download.layout.contentOffset(of: last) + 300_000
      try await cast.store.accesses.flush()
      let before = cast.installation.service.metrics.roundTrips
      let byte = try await FileTests.received { try await download.send(position..<(position + 1), to: $0) }
      #expect(byte == [bytes[300_000]])
      #expect(cast.installation.service.metrics.roundTrips - before == 1)
      // The end of the file needs a chunk that is gone: it is not made up.
      await #expect(throws: (any Error).self) {
        try await download.send((position + 290_000)..<(position + 290_001)) { _ in }
      }
      // Directory and end records need none.
      let tail = try await FileTests.received {
        try await download.send((download.length - 100)..<download.length, to: $0)
      }
      #expect(tail.count == 100 && tail.suffix(22).prefix(4) == [0x50, 0x4B, 5, 6])
    }
  }

  /// Every kind of range of an archive is that slice of the whole.
  @Test func rangesAreSlices() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      var random = SplitMix64(seed: testSeed)
      _ = try await cast.store.postMessage("Hei & moi", to: space, by: customer)
      for size in [0, 1, 262_144, 524_289] { try await cast.upload(random.bytes(size), to: space, by: customer) }
      let download = try await cast.store.archive(of: space, for: customer)
      let whole = try await FileTests.received { try await download.send(to: $0) }
      #expect(whole.count == Int(download.length))
      let edges = (0..<download.layout.entries.count).map { Int(download.layout.contentOffset(of: $0)) }
      for _ in 0..<60 {
        let near = edges.randomElement(using: &random) ?? 0
        let from = max(0, min(whole.count - 1, near + Int.random(in: -50...50, using: &random)))
        let until =
          Bool.random(using: &random)
          ? min(whole.count, from + Int.random(in: 1...100, using: &random))
          : Int.random(in: (from + 1)...whole.count, using: &random)
        let part = try await FileTests.received { try await download.send(UInt64(from)..<UInt64(until), to: $0) }
        #expect(part == Array(whole[from..<until]), "\(from)..<\(until), OHJAUSTILA_SEED=\(testSeed)")
      }
    }
  }
}

extension Cast {
  /// Publishes a file of which there is only the header.
  func publish(size: UInt64, in space: ID<Space>) async throws {
    try await store.change(space, by: counsellor, to: .write) { change in
      let (id, upload, number) = (ID<File>.make(), ID<Upload>.make(), change.nextFileNumber())
      let header = try FileHeader(
        uploadID: upload.uuid, name: "huge.bin", contentType: "video/mp4", size: size,
        sha256: [UInt8](repeating: 0, count: 32), crc32: 0)
      try change.enqueue(
        """
        INSERT INTO ohjaustila.file (space_id, number, id, participant_id, upload_id, uploaded_at, header, size)
        VALUES (\(space), \(number), \(id), \(change.participation()), \(upload), \(change.now),
          \(Bytea(change.cipher().seal(header, of: id))), \(Int(size)))
        """)
      try change.journal("filePosted", details: [("file", id.description)])
    }
  }
}
