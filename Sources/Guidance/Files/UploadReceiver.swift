import ArchiveFormat
import Foundation
import Lifecycle
import Postgres
import Vault

/// Takes an upload's bytes: counts, hashes, seals them in chunks, and stores a few chunks at a time.
struct UploadReceiver {
  private let store: GuidanceStore
  private let caller: Caller
  private let space: ID<Space>
  private let cipher: ChunkCipher
  private var pending: [UInt8] = []
  private var sealed: [Bytea] = []
  private var size = 0
  private var stored = 0
  private var digest = RunningDigest()
  private var checksum = CRC32()

  /// Chunks in a transaction: 1 MiB.
  private static let batch = 4

  init(store: GuidanceStore, caller: Caller, space: ID<Space>, cipher: ChunkCipher) {
    self.store = store
    self.caller = caller
    self.space = space
    self.cipher = cipher
    pending.reserveCapacity(Sealer.chunkSize)
  }

  /// Takes the next piece, of any size.
  mutating func take(_ piece: [UInt8]) async throws {
    size += piece.count
    guard size <= store.options.maximumFileSize else { throw Refusal.tooLarge(limit: store.options.maximumFileSize) }
    digest.update(piece)
    checksum.update(piece)
    var rest = piece[...]
    while !rest.isEmpty {
      let taken = rest.prefix(Sealer.chunkSize - pending.count)
      pending += taken
      rest = rest.dropFirst(taken.count)
      if pending.count == Sealer.chunkSize { try await sealPending() }
    }
  }

  /// Stores what is left.
  ///
  /// - Throws: `Refusal.cutOff` when less came than was announced.
  mutating func finish(_ draft: UploadDraft) async throws -> FileHeader {
    if let announced = draft.announcedSize, announced != size { throw Refusal.cutOff }
    if !pending.isEmpty { try await sealPending() }
    try await storeSealed()
    return try FileHeader(
      uploadID: cipher.upload.uuid, name: draft.name, contentType: draft.contentType, size: UInt64(size),
      sha256: digest.finish(), crc32: checksum.value)
  }

  private mutating func sealPending() async throws {
    let index = stored + sealed.count
    sealed.append(pending.withUnsafeBytes { cipher.seal($0, index: index) })
    pending.removeAll(keepingCapacity: true)
    if sealed.count == Self.batch { try await storeSealed() }
  }

  /// Commits the sealed chunks: no transaction stays open while a client is slow.
  private mutating func storeSealed() async throws {
    guard !sealed.isEmpty else { return }
    let (chunks, first, space, upload) = (sealed, stored, self.space, cipher.upload)
    do {
      try await store.service.write(preamble: [store.stating(caller, space: space)]) { transaction in
        for (offset, chunk) in chunks.enumerated() {
          try transaction.enqueue(
            """
            INSERT INTO ohjaustila.file_chunk (space_id, upload_id, index, data)
            VALUES (\(space), \(upload), \(Int32(first + offset)), \(chunk))
            """)
        }
      }
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      // Row-level security shows the space no more: it was archived or erased while the bytes came.
      throw Refusal.notFound
    }
    stored += chunks.count
    sealed.removeAll(keepingCapacity: true)
  }
}
