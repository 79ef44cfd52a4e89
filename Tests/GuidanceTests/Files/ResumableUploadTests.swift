import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// An upload in many requests: what was acknowledged is there, whatever happens, and nothing else is.
@Suite struct ResumableUploadTests {
  static func draft(_ length: Int, digests: [ExpectedDigest] = []) -> ResumableDraft {
    ResumableDraft(
      name: "työ.pdf", contentType: "application/pdf", length: length, metadata: "filename dHnDti5wZGY=",
      digests: digests)
  }

  /// A body that breaks off at its end.
  struct Broken: AsyncSequence {
    struct Cut: Error {}
    let bytes: [UInt8]

    func makeAsyncIterator() -> Iterator { Iterator(rest: bytes[...]) }

    struct Iterator: AsyncIteratorProtocol {
      var rest: ArraySlice<UInt8>

      mutating func next() async throws -> [UInt8]? {
        guard !rest.isEmpty else { throw Cut() }
        defer { rest = rest.dropFirst(70_000) }
        return Array(rest.prefix(70_000))
      }
    }
  }

  /// Pieces of random length, some of which break off: always the same file in the end, at every offset on the way.
  @Test(arguments: [1, Sealer.chunkSize, Sealer.chunkSize + 1, 1_400_007, 3_000_000])
  func anyWayOfSendingGivesTheFile(_ size: Int) async throws {
    var random = SplitMix64(seed: testSeed ^ UInt64(size))
    let bytes = random.bytes(size)
    try await Cast.with { cast in
      let (store, space) = (cast.store, try await cast.space())
      let customer = try await cast.customer()
      let digests = [ExpectedDigest(.sha512, Self.digest(bytes, .sha512), field: "Repr-Digest")]
      var upload = try await store.createUpload(Self.draft(size, digests: digests), to: space, by: customer)
      while upload.offset < size {
        let count = Int.random(in: 0...min(size - upload.offset, 700_000), using: &random)
        let part = Array(bytes[upload.offset..<(upload.offset + count)])
        let isBroken = Bool.random(using: &random) && upload.offset + count < size
        if isBroken {
          await #expect(throws: Broken.Cut.self) {
            try await store.append(
              UploadPart(offset: upload.offset, announcedSize: nil), to: upload.id, of: space, by: customer,
              body: Broken(bytes: part))
          }
        } else {
          _ = try await store.append(
            UploadPart(offset: upload.offset, announcedSize: count), to: upload.id, of: space, by: customer,
            body: Cast.body(part, pieces: 99_991))
        }
        let now = try await store.resumableUpload(upload.id, of: space, for: customer)
        #expect(now.offset == upload.offset + count, "seed \(testSeed)")
        upload = now
      }
      guard case .published(let file) = upload.state else { throw Cast.Unpublished() }
      let download = try await store.download(file, of: space, for: cast.counsellor)
      #expect(download.file.sha256 == Self.digest(bytes, .sha256) && download.file.name == "työ.pdf")
      #expect(try await FileTests.received(download.send) == bytes)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.upload") == 0)
      // Asked again, the end says that it is the end.
      let again = try await store.append(
        UploadPart(offset: size, announcedSize: 0), to: upload.id, of: space, by: customer, body: Cast.body([]))
      #expect(again.state == upload.state)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file") == 1)
    }
  }

  /// Files that end where a batch of chunks does, in one request or in several: the last batch comes with the file.
  @Test(arguments: [[4], [8], [1, 7], [4, 4], [6, 2, 4]])
  func aFileMayEndWithABatch(_ parts: [Int]) async throws {
    let bytes = [UInt8](repeating: 9, count: parts.reduce(0, +) * Sealer.chunkSize)
    try await Cast.with(options: .init(maximumFileSize: bytes.count)) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      for isChecked in [false, true] {
        var upload = try await store.createUpload(Self.draft(bytes.count), to: space, by: customer)
        for part in parts {
          let sent = Array(bytes.prefix(part * Sealer.chunkSize))
          let digest = ExpectedDigest(.sha1, Self.digest(sent, .sha1), field: "Upload-Checksum")
          upload = try await store.append(
            UploadPart(offset: upload.offset, announcedSize: nil, digests: isChecked ? [digest] : []), to: upload.id,
            of: space, by: customer, body: Cast.body(sent, pieces: 65_536))
        }
        guard case .published(let file) = upload.state else { throw Cast.Unpublished() }
        #expect(try await FileTests.received(store.download(file, of: space, for: customer).send) == bytes)
      }
      try await cast.upload(bytes, to: space, by: customer)
    }
  }

  /// Hashing what is stored may take longer than a lease: it is kept meanwhile.
  @Test func aLeaseIsKeptWhileTheWholeIsHashed() async throws {
    var options = GuidanceStore.Options()
    options.uploadLease = .milliseconds(3)
    try await Cast.with(options: options) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let bytes = [UInt8](repeating: 6, count: 20 * Sealer.chunkSize)
      let upload = try await store.createUpload(Self.draft(bytes.count), to: space, by: customer)
      func send(_ part: Range<Int>) async throws -> ResumableUpload {
        try await store.append(
          UploadPart(offset: part.lowerBound, announcedSize: part.count), to: upload.id, of: space, by: customer,
          body: Cast.body(Array(bytes[part])))
      }
      _ = try await send(0..<(bytes.count - 1))
      try await cast.alter("CREATE TABLE public.renewal (until timestamptz NOT NULL)")
      try await cast.alter(
        """
        CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        AS $$BEGIN INSERT INTO public.renewal VALUES (new.leased_until); RETURN new; END$$
        """)
      try await cast.alter(
        """
        CREATE TRIGGER note BEFORE UPDATE ON ohjaustila.resumable_upload FOR EACH ROW
        WHEN (new.received = old.received AND new.lease = old.lease) EXECUTE FUNCTION public.note()
        """)
      #expect(try await send((bytes.count - 1)..<bytes.count).offset == bytes.count)
      #expect(try await cast.count("SELECT count(*) FROM public.renewal") > 1)
    }
  }

  /// No bytes are a file at once: a client sends nothing more.
  @Test func anEmptyFileIsThereAtOnce() async throws {
    try await Cast.with { cast in
      let (space, customer) = (try await cast.space(), try await cast.customer())
      let upload = try await cast.store.createUpload(Self.draft(0), to: space, by: customer)
      guard case .published(let file) = upload.state else { throw Cast.Unpublished() }
      #expect(try await cast.store.download(file, of: space, for: cast.counsellor).file.size == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.upload") == 0)
    }
  }

  /// A digest of a part that does not fit leaves the upload where it was, also over many chunks and after a crash.
  @Test func aPartThatDoesNotFitLeavesNothing() async throws {
    let (first, second) = ([UInt8](repeating: 1, count: 300_000), [UInt8](repeating: 2, count: 2_700_000))
    try await Cast.with { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let upload = try await store.createUpload(Self.draft(3_000_000), to: space, by: customer)
      func send(_ bytes: [UInt8], at offset: Int, as said: [UInt8]?) async throws -> ResumableUpload {
        let digests = said.map { [ExpectedDigest(.sha1, Self.digest($0, .sha1), field: "Upload-Checksum")] } ?? []
        return try await store.append(
          UploadPart(offset: offset, announcedSize: bytes.count, digests: digests), to: upload.id, of: space,
          by: customer, body: Cast.body(bytes))
      }
      #expect(try await send(first, at: 0, as: first).offset == 300_000)
      let wrong = [UInt8](repeating: 3, count: 2_600_000)
      await #expect(throws: Refusal.digestMismatch(field: "Upload-Checksum")) {
        try await send(wrong, at: 300_000, as: second)
      }
      #expect(try await store.resumableUpload(upload.id, of: space, for: customer).offset == 300_000)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 1)
      // The connection breaks before the checksum could be compared: what came does not count either.
      await #expect(throws: Broken.Cut.self) {
        try await store.append(
          UploadPart(
            offset: 300_000, announcedSize: nil,
            digests: [ExpectedDigest(.sha1, Self.digest(second, .sha1), field: "Upload-Checksum")]),
          to: upload.id, of: space, by: customer, body: Broken(bytes: wrong))
      }
      #expect(try await store.resumableUpload(upload.id, of: space, for: customer).offset == 300_000)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") > 1)
      guard case .published(let file) = try await send(second, at: 300_000, as: second).state else {
        throw Cast.Unpublished()
      }
      let download = try await store.download(file, of: space, for: customer)
      #expect(try await FileTests.received(download.send) == first + second)
    }
  }

  /// The whole is not what was announced: nothing is published, and the upload is over.
  @Test(arguments: [[600_000], [100_000, 500_000]])
  func aWholeThatDoesNotFitIsNoFile(_ parts: [Int]) async throws {
    try await Cast.with { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      let digests = [ExpectedDigest(.sha256, Self.digest([1], .sha256), field: "Repr-Digest")]
      let upload = try await store.createUpload(Self.draft(600_000, digests: digests), to: space, by: customer)
      await #expect(throws: Refusal.digestMismatch(field: "Repr-Digest")) {
        var offset = 0
        for part in parts {
          offset = try await store.append(
            UploadPart(offset: offset, announcedSize: nil), to: upload.id, of: space, by: customer,
            body: Cast.body([UInt8](repeating: 0, count: part))
          ).offset
        }
      }
      await #expect(throws: Refusal.notFound) {
        try await store.resumableUpload(upload.id, of: space, for: customer)
      }
      try await store.cleanUp()
      for table in ["file", "file_chunk", "upload", "resumable_upload"] {
        #expect(try await cast.count("SELECT count(*) FROM ohjaustila.\(identifier: table)") == 0, "\(table)")
      }
    }
  }

  @Test func offsetsAndLengthsAreKept() async throws {
    try await Cast.with(options: .init(maximumFileSize: 1_000_000)) { cast in
      let (store, space, customer) = (cast.store, try await cast.space(), try await cast.customer())
      await #expect(throws: Refusal.tooLarge(limit: 1_000_000)) {
        try await store.createUpload(Self.draft(1_000_001), to: space, by: customer)
      }
      let upload = try await store.createUpload(Self.draft(10), to: space, by: customer)
      func send(_ count: Int, at offset: Int, announced: Int?) async throws {
        _ = try await store.append(
          UploadPart(offset: offset, announcedSize: announced), to: upload.id, of: space, by: customer,
          body: Cast.body([UInt8](repeating: 7, count: count)))
      }
      await #expect(throws: Refusal.uploadOffset(0)) { try await send(1, at: 1, announced: 1) }
      await #expect(throws: Refusal.tooLarge(limit: 10)) { try await send(11, at: 0, announced: 11) }
      await #expect(throws: Refusal.tooLarge(limit: 10)) { try await send(11, at: 0, announced: nil) }
      try await send(4, at: 0, announced: 4)
      await #expect(throws: Refusal.uploadOffset(4)) { try await send(1, at: 0, announced: 1) }
      await #expect(throws: Refusal.tooLarge(limit: 6)) { try await send(7, at: 4, announced: 7) }
      try await send(6, at: 4, announced: nil)
      await #expect(throws: Refusal.uploadOffset(10)) { try await send(0, at: 4, announced: 0) }
      await #expect(throws: Refusal.tooLarge(limit: 0)) { try await send(1, at: 10, announced: nil) }
    }
  }

  static func digest(_ bytes: [UInt8], _ algorithm: DigestAlgorithm) -> [UInt8] {
    var digests = RunningDigests([algorithm])
    digests.update(bytes)
    return digests[algorithm] ?? []
  }
}
