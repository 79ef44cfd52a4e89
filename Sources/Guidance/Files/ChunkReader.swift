import Foundation
import Lifecycle
import Postgres
import Vault

/// Reads a file's chunks, a few in each round trip, under the rights that the caller has at that moment.
///
/// Holds no connection between batches: a slow client costs nothing but its own buffers.
struct ChunkReader: Sendable {
  let store: GuidanceStore
  let caller: Caller
  let space: ID<Space>
  let header: FileHeader
  let cipher: ChunkCipher

  /// Chunks in a round trip: 512 KiB, for who has shown to keep up. Others get one at a time, so that a client that
  /// stops reading holds one chunk on its way and one behind it.
  static let batch: UInt64 = 2
  /// Chunks that have to be taken in a row, each within `promptness`.
  private static let trial = 16
  private static let promptness: Duration = .milliseconds(100)

  /// Sends a range of the file; touches only the chunks that it covers. The next batch is read while one is sent.
  ///
  /// - Throws: `Refusal.notFound` when the right to read has ended; `DamagedContent`; what `write` throws.
  func send(_ range: Range<UInt64>, to write: (sending Data) async throws -> Void) async throws {
    guard !range.isEmpty else { return }
    let size = UInt64(header.chunkSize)
    let chunks = (range.lowerBound / size)..<((range.upperBound - 1) / size + 1)
    var next = Task { try await read(Self.first(1, of: chunks)) }
    defer { next.cancel() }
    var start = chunks.lowerBound
    var prompt = 0
    func send(_ chunk: Data, at index: UInt64) async throws {
      let begin = ContinuousClock.now
      try await write(Self.part(of: chunk, at: index * size, within: range))
      prompt = ContinuousClock.now - begin < Self.promptness ? prompt + 1 : 0
    }
    while start < chunks.upperBound {
      var pieces = try await withTaskCancellationHandler {
        try await next.value
      } onCancel: { [next] in
        next.cancel()
      }
      let rest = (start + UInt64(pieces.count))..<chunks.upperBound
      try await send(pieces.removeFirst(), at: start)
      // Only for who has taken the first of this batch.
      let count = prompt >= Self.trial ? Self.batch : 1
      if !rest.isEmpty { next = Task { try await read(Self.first(count, of: rest)) } }
      while !pieces.isEmpty {
        start += 1
        try await send(pieces.removeFirst(), at: start)
      }
      start = rest.lowerBound
    }
  }

  private static func first(_ count: UInt64, of chunks: Range<UInt64>) -> Range<UInt64> {
    chunks.lowerBound..<min(chunks.upperBound, chunks.lowerBound + count)
  }

  /// The part of a chunk that lies in the range; the whole of it without a copy, where it does.
  private static func part(of chunk: Data, at position: UInt64, within range: Range<UInt64>) -> Data {
    let lower = range.lowerBound > position ? Int(range.lowerBound - position) : 0
    let upper = min(chunk.count, Int(range.upperBound - position))
    return lower == 0 && upper == chunk.count ? chunk : chunk.subdata(in: lower..<upper)
  }

  /// The chunks are opened where libpq has put them, on the connection's thread: the first copy is the plaintext.
  private func read(_ chunks: Range<UInt64>) async throws -> [Data] {
    try await store.service.readOnce(
      [
        store.stating(caller, space: space),
        """
        SELECT data FROM ohjaustila.file_chunk WHERE space_id = \(space) AND upload_id = \(cipher.upload)
          AND index >= \(Int32(chunks.lowerBound)) AND index < \(Int32(chunks.upperBound)) ORDER BY index
        """,
      ], sharing: false
    ) { [cipher, header] rows in
      // Row-level security shows nothing any more once the right has ended.
      guard !rows[1].isEmpty else { throw Refusal.notFound }
      guard rows[1].count == chunks.count else { throw DamagedContent(what: "chunks of a file are missing") }
      return try zip(chunks, rows[1]).map { index, row in
        let chunk = try row.withBytes(0) { try cipher.open($0, index: Int(index)) }
        guard chunk.count == header.length(ofChunk: index) else { throw DamagedContent(what: "a chunk's length") }
        return chunk
      }
    }
  }
}
