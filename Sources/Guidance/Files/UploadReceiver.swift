import ArchiveFormat
import Foundation
import Lifecycle
import Postgres
import Vault

/// Takes an upload's bytes: counts, hashes, seals them in chunks, and hands on a few chunks at a time.
struct UploadReceiver {
  /// Stores a batch for good.
  typealias Store = (ChunkBatch) async throws -> Void

  private let cipher: ChunkCipher
  private let limit: Int
  private let store: Store
  private var pending: [UInt8]
  private var sealed: [Bytea] = []
  /// Where the bytes that come now begin.
  let start: Int
  /// Bytes of the file so far, those before `start` included.
  private(set) var size: Int
  /// Chunks that are stored, or handed on.
  private(set) var stored: Int
  /// Of the bytes taken here.
  private(set) var digests: RunningDigests
  private(set) var checksum = CRC32()

  /// Chunks in a transaction: 1 MiB.
  private static let batch = 4

  /// - Parameters:
  ///   - start: bytes that are there already.
  ///   - tail: those of them behind the last whole chunk.
  ///   - limit: the most bytes that the file may come to.
  ///   - digests: those wanted of the bytes that come.
  init(
    _ cipher: ChunkCipher, from start: Int = 0, tail: [UInt8] = [], limit: Int, digests: Set<DigestAlgorithm>,
    store: @escaping Store
  ) {
    self.cipher = cipher
    self.start = start
    self.limit = limit
    self.store = store
    (size, stored, pending) = (start, start / Sealer.chunkSize, tail)
    self.digests = RunningDigests(digests)
    pending.reserveCapacity(Sealer.chunkSize)
  }

  /// Takes the next piece, of any size.
  ///
  /// - Throws: `Refusal.tooLarge`; what `store` throws.
  mutating func take(_ piece: [UInt8]) async throws {
    guard size + piece.count <= limit else { throw Refusal.tooLarge(limit: limit) }
    size += piece.count
    digests.update(piece)
    checksum.update(piece)
    var rest = piece[...]
    while !rest.isEmpty {
      let taken = rest.prefix(Sealer.chunkSize - pending.count)
      pending += taken
      rest = rest.dropFirst(taken.count)
      if pending.count == Sealer.chunkSize {
        sealPending()
        if sealed.count == Self.batch, !isWhole { try await store(takeBatch()) }
      }
    }
  }

  /// Whether no more may come: what is sealed is then stored with the file's own row, however much it is.
  private var isWhole: Bool { (stored + sealed.count) * Sealer.chunkSize == limit }

  /// What is left when the file is whole, the last chunk perhaps shorter than the others; to be stored with the file's
  /// own row.
  mutating func last() -> ChunkBatch {
    if !pending.isEmpty { sealPending() }
    return takeBatch()
  }

  /// What is left when more is to come: whole chunks, and the bytes behind them.
  mutating func interrupted() -> (batch: ChunkBatch, tail: [UInt8]) {
    defer { pending = [] }
    return (takeBatch(), pending)
  }

  private mutating func sealPending() {
    let index = stored + sealed.count
    sealed.append(pending.withUnsafeBytes { cipher.seal($0, index: index) })
    pending.removeAll(keepingCapacity: true)
  }

  private mutating func takeBatch() -> ChunkBatch {
    defer {
      stored += sealed.count
      sealed = []
    }
    return ChunkBatch(upload: cipher.upload, first: stored, chunks: sealed)
  }
}

/// Sealed chunks that follow each other.
struct ChunkBatch: Sendable {
  let upload: ID<Upload>
  /// The index of the first.
  let first: Int
  let chunks: [Bytea]

  /// Bytes of the file up to the end of the batch, where all its chunks are whole.
  var end: Int { (first + chunks.count) * Sealer.chunkSize }

  func insertions(into space: ID<Space>) -> [Query] {
    chunks.enumerated().map { offset, chunk in
      """
      INSERT INTO ohjaustila.file_chunk (space_id, upload_id, index, data)
      VALUES (\(space), \(upload), \(Int32(first + offset)), \(chunk))
      """
    }
  }
}
