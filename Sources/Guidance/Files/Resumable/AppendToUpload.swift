import ArchiveFormat
import Foundation
import Lifecycle
import Logging
import Postgres
import Vault

/// The bytes of one request that adds to an upload.
public struct UploadPart: Sendable {
  /// Where they begin.
  public let offset: Int
  /// How many were announced; nil when they come in pieces of unknown number.
  public let announcedSize: Int?
  /// What their digests are said to be: with any, all of them count or none.
  public let digests: [ExpectedDigest]

  /// What a request's head says of its body.
  public init(offset: Int, announcedSize: Int?, digests: [ExpectedDigest] = []) {
    self.offset = offset
    self.announcedSize = announcedSize
    self.digests = digests
  }
}

extension GuidanceStore {
  /// Adds bytes to an upload, and makes it a file when it is whole.
  ///
  /// When the body breaks off, what came of it is kept, unless a digest was said of it.
  ///
  /// - Returns: the upload as it then stands.
  /// - Throws: `Refusal`; what `body` throws.
  public func append<Body: AsyncSequence>(
    _ part: UploadPart, to id: ID<Upload>, of space: ID<Space>, by caller: Caller, body: Body
  ) async throws -> ResumableUpload where Body.Element == [UInt8] {
    let lease = try await lease(id, of: space, at: part.offset, by: caller)
    guard lease.row.file == nil else {
      for try await piece in body where !piece.isEmpty { throw Refusal.tooLarge(limit: 0) }
      return try lease.row.upload
    }
    let adding = UploadAddition(store: self, caller: caller, space: space, lease: lease, part: part)
    do {
      return try await adding.run(body)
    } catch {
      await giveBack(lease, of: space, by: caller)
      guard case Refusal.notFound = error else { throw error }
      // Nothing is there to add to, but the upload is: another request has taken it and made it a file.
      _ = try await resumableUpload(id, of: space, for: caller)
      throw Refusal.uploadLocked(retryAfter: .seconds(1))
    }
  }
}

/// One request's additions to an upload under its lease.
struct UploadAddition: Sendable {
  let store: GuidanceStore
  let caller: Caller
  let space: ID<Space>
  let lease: UploadLease
  let part: UploadPart

  private var row: ResumableRow { lease.row }
  /// Bytes that have to be compared first count only then.
  private var isChecked: Bool { !part.digests.isEmpty }
  private var storage: ChunkStorage { ChunkStorage(store: store, caller: caller, space: space, upload: row.id) }
  /// The whole file's digests.
  private var wanted: Set<DigestAlgorithm> { row.description.digests.algorithms.union([.sha256]) }

  func run<Body: AsyncSequence>(_ body: Body) async throws -> ResumableUpload where Body.Element == [UInt8] {
    let room = row.length - row.received
    guard part.announcedSize ?? 0 <= room else { throw Refusal.tooLarge(limit: room) }
    // What comes in one go is hashed as it comes; all else once more when it is whole.
    let digests = part.digests.algorithms.union(row.received == 0 ? wanted : [])
    var receiver = UploadReceiver(
      lease.cipher, from: row.received, tail: try lease.tail(), limit: row.length, digests: digests,
      store: { batch in try await save(batch, end: batch.end, tail: nil, lease.renewed) })
    var failure: (any Error)?
    var iterator = body.makeAsyncIterator()
    while failure == nil {
      let piece: [UInt8]?
      do { piece = try await iterator.next() } catch {
        failure = error
        break
      }
      guard let piece else { break }
      try await receiver.take(piece)
    }
    if let failure { try await keep(&receiver, after: failure) }
    do { try part.digests.check(receiver.digests) } catch {
      try await store.discard(lease, of: space, by: caller)
      throw error
    }
    return receiver.size == row.length ? try await finish(&receiver) : try await pause(&receiver)
  }

  /// Keeps what came before the body broke off. Not cut off by a cancellation: a shutdown ends bodies as well.
  private func keep(_ receiver: inout UploadReceiver, after failure: any Error) async throws -> Never {
    if !isChecked, receiver.size < row.length {
      let (batch, tail) = receiver.interrupted()
      let size = receiver.size
      await Task {
        do {
          try await save(batch, end: size, tail: tail, UploadLease.returned)
        } catch {
          store.logger.info("the end of a broken upload was not kept", metadata: ["error": "\(error)"])
        }
      }.value
    }
    throw failure
  }

  private func pause(_ receiver: inout UploadReceiver) async throws -> ResumableUpload {
    let (batch, tail) = receiver.interrupted()
    try await save(batch, end: receiver.size, tail: tail, UploadLease.returned, counts: true)
    return ResumableUpload(
      id: row.id, length: row.length, offset: receiver.size, metadata: row.description.metadata,
      expiresAt: row.expiresAt, state: .receiving)
  }

  /// Stores chunks and says that they are there, unless they have to be compared first.
  ///
  /// - Parameters:
  ///   - end: the offset behind them.
  ///   - tail: the bytes behind the last whole chunk up to `end`; nil when there are none.
  ///   - counts: whether they count though they had to be compared: they have been.
  private func save(
    _ batch: ChunkBatch, end: Int, tail: [UInt8]?, _ leasing: Query, counts: Bool = false
  ) async throws {
    let tail = tail.flatMap { $0.isEmpty ? nil : lease.cipher.sealTail($0, at: end) }
    let assignments: Query =
      isChecked && !counts ? leasing : "received = \(end), tail = \(tail), \(leasing)"
    try await storage.append(batch, beside: [lease.update(assignments, of: space)])
  }

  /// Compares the whole file's digests and makes it a file: with its last chunks, in one transaction.
  private func finish(_ receiver: inout UploadReceiver) async throws -> ResumableUpload {
    let last = receiver.last()
    let (digests, checksum) =
      row.received == 0 ? (receiver.digests, receiver.checksum) : try await reread(upTo: last)
    do { try row.description.digests.check(digests) } catch {
      try await giveUp()
      throw error
    }
    let header = try FileHeader(
      uploadID: row.id.uuid, name: row.description.name, contentType: row.description.contentType,
      size: UInt64(row.length), sha256: digests[.sha256] ?? [], crc32: checksum.value)
    let received = try await store.change(space, by: caller, to: .write) { [row, lease, space] change in
      // The upload's own row first, as everywhere.
      try change.enqueue(
        "SELECT FROM ohjaustila.upload WHERE space_id = \(space) AND id = \(row.id) FOR UPDATE")
      let mine = try change.all(
        """
        SELECT FROM ohjaustila.resumable_upload
        WHERE space_id = \(space) AND id = \(row.id) AND lease = \(lease.token) AND file_id IS NULL
        FOR NO KEY UPDATE
        """
      ) { _ in true }
      guard !mine.isEmpty else { throw Refusal.uploadLocked(retryAfter: .seconds(1)) }
      try change.endUpload(row.id)
      let received = try change.publish(header, last)
      try change.enqueueUpdatingOne(
        lease.update(
          "received = length, tail = NULL, file_id = \(received.id), \(UploadLease.returned)", of: space))
      return received
    }
    return ResumableUpload(
      id: row.id, length: row.length, offset: row.length, metadata: row.description.metadata,
      expiresAt: row.expiresAt, state: received.uploadState)
  }

  /// Hashes what is stored: a digest's state does not outlive the request that computes it. The lease is renewed
  /// meanwhile.
  private func reread(upTo last: ChunkBatch) async throws -> (RunningDigests, CRC32) {
    let stored = last.first * Sealer.chunkSize
    let header = try FileHeader(
      uploadID: row.id.uuid, name: "", contentType: "", size: UInt64(stored),
      sha256: [UInt8](repeating: 0, count: 32), crc32: 0)
    let reader = ChunkReader(store: store, caller: caller, space: space, header: header, cipher: lease.cipher)
    var (digests, checksum) = (RunningDigests(wanted), CRC32())
    var renewal = ContinuousClock.now
    try await reader.send(0..<UInt64(stored)) { chunk in
      if ContinuousClock.now - renewal > lease.length / 3 {
        try await storage.append(
          ChunkBatch(upload: row.id, first: 0, chunks: []), beside: [lease.update(lease.renewed, of: space)])
        renewal = .now
      }
      chunk.withUnsafeBytes {
        digests.update($0)
        checksum.update($0)
      }
    }
    for (offset, chunk) in last.chunks.enumerated() {
      let opened = try chunk.bytes.withUnsafeBytes { try lease.cipher.open($0, index: last.first + offset) }
      opened.withUnsafeBytes {
        digests.update($0)
        checksum.update($0)
      }
    }
    return (digests, checksum)
  }

  /// The file is not what was announced, and which bytes are wrong nobody can tell.
  private func giveUp() async throws {
    try await store.change(space, by: caller, to: .write) { [row, lease, space] change in
      try change.giveUp(row.id)
      try change.enqueueUpdatingOne(
        """
        DELETE FROM ohjaustila.resumable_upload
        WHERE space_id = \(space) AND id = \(row.id) AND lease = \(lease.token) AND file_id IS NULL
        """)
    }
  }
}
