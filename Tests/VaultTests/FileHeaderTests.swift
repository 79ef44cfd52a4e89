import Foundation
import Testing
import Vault

@Suite struct FileHeaderTests {
  private func header(name: String = "Todistus ä.pdf", size: UInt64 = 600_000) throws -> FileHeader {
    try FileHeader(
      uploadID: Fixtures.row, name: name, contentType: "application/pdf", size: size,
      sha256: RunningDigest.sha256([1]), crc32: 0xCBF4_3926)
  }

  @Test func readsBackAndOpensOnlyInItsPlace() throws {
    let sealer = Sealer(.random(for: .space(Fixtures.space)))
    let place = SealPlace(table: "file", column: "header", row: Fixtures.row)
    for name in ["", "a", "Todistus ä.pdf", String(repeating: "x", count: 1024)] {
      let header = try header(name: name)
      #expect(try FileHeader(decoding: header.encoded) == header)
      #expect(try sealer.openFileHeader(sealer.seal(header, at: place), at: place) == header)
    }
    let sealed = sealer.seal(try header(), at: place)
    #expect(throws: OpenError.notAuthentic) { try sealer.openFileHeader(sealed, at: Fixtures.place) }
  }

  @Test(arguments: [
    (UInt64(0), UInt64(0), 0), (1, 1, 1), (262_144, 1, 262_144), (262_145, 2, 1), (600_000, 3, 75_712),
    (UInt64(Int64.max), 35_184_372_088_832, 262_143),
  ])
  func chunks(size: UInt64, count: UInt64, last: Int) throws {
    let header = try header(size: size)
    #expect(header.chunkCount == count)
    if count > 0 { #expect(header.length(ofChunk: count - 1) == last) }
    if count > 1 { #expect(header.length(ofChunk: 0) == 262_144) }
  }

  @Test func onlyTheOneEncodingIsRead() throws {
    let bytes = try header().encoded
    for length in bytes.indices {
      #expect(throws: FileHeaderError.malformed) { try FileHeader(decoding: Array(bytes[..<length])) }
    }
    #expect(throws: FileHeaderError.malformed) { try FileHeader(decoding: bytes + [0]) }
    #expect(throws: FileHeaderError.malformed) { try FileHeader(decoding: [2] + bytes.dropFirst()) }
    var notText = bytes
    notText[67 + 4] = 0xFF
    #expect(throws: FileHeaderError.malformed) { try FileHeader(decoding: notText) }
    var noChunks = bytes
    noChunks.replaceSubrange(25..<29, with: [0, 0, 0, 0])
    #expect(throws: FileHeaderError.outOfBounds(field: "chunkSize")) { try FileHeader(decoding: noChunks) }
  }

  @Test func fieldsOutOfBoundsAreRefused() {
    #expect(throws: FileHeaderError.outOfBounds(field: "name")) {
      try header(name: String(repeating: "ä", count: 513))
    }
    #expect(throws: FileHeaderError.outOfBounds(field: "size")) { try header(size: UInt64(Int64.max) + 1) }
    #expect(throws: FileHeaderError.outOfBounds(field: "sha256")) {
      try FileHeader(uploadID: Fixtures.row, name: "", contentType: "", size: 0, sha256: [], crc32: 0)
    }
  }
}
