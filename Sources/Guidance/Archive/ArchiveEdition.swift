import ArchiveFormat
import Lifecycle
import Vault

/// An archive's rendered documents and signature, as they were when they were first made: kept, so that a range of the
/// archive costs no more than its bytes, and all copies of the service send the same signature.
struct ArchiveEdition: Sendable, Equatable {
  /// What is known of one document's bytes.
  struct Facts: Sendable, Equatable {
    /// Bytes.
    var size: UInt64 = 0
    var checksum = CRC32()
    /// SHA-256.
    var digest: [UInt8] = []
  }

  /// A keyed hash of everything that the archive's bytes follow from: content, language, renderer, key, customer.
  let tag: [UInt8]
  let index: Facts
  let space: Facts
  let manifest: Facts
  /// Ed25519 over the manifest's bytes.
  let signature: [UInt8]

  func facts(of document: ArchiveRendering.Document) -> Facts {
    switch document {
    case .index: index
    case .space: space
    }
  }

  /// The entry of the archive that these facts are of.
  static func entry(_ path: String, _ facts: Facts, _ modified: CivilTime) -> ArchiveEntry {
    ArchiveEntry(path: path, size: facts.size, crc32: facts.checksum.value, modified: modified)
  }

  /// The signature as an entry.
  func signatureEntry(_ modified: CivilTime) -> ArchiveEntry {
    ArchiveEntry(
      path: ArchivePath.signature, size: UInt64(signature.count), crc32: CRC32.checksum(signature), modified: modified)
  }
}

/// As sealed: format (1 byte) ‖ tag (32) ‖ size (8) ‖ CRC-32 (4) ‖ SHA-256 (32) of index, space and manifest ‖
/// signature (64); numbers big-endian. The tag is inside as well, so that one edition's facts do not pass for another's.
extension ArchiveEdition {
  private static let format: UInt8 = 1
  private static let length = 1 + 32 + 3 * 44 + 64

  var bytes: [UInt8] {
    [Self.format] + tag + [index, space, manifest].flatMap(\.bytes) + signature
  }

  /// - Throws: `DamagedContent` for anything but the bytes of the edition of this tag.
  init(_ bytes: [UInt8], tag: [UInt8]) throws {
    guard bytes.count == Self.length, bytes[0] == Self.format, Array(bytes[1..<33]) == tag else {
      throw DamagedContent(what: "an archive's edition")
    }
    self.tag = tag
    index = Facts(bytes[33..<77])
    space = Facts(bytes[77..<121])
    manifest = Facts(bytes[121..<165])
    signature = Array(bytes[165...])
  }
}

extension ArchiveEdition.Facts {
  /// The facts of bytes at hand.
  init(of bytes: [UInt8]) {
    size = UInt64(bytes.count)
    checksum.update(bytes)
    digest = RunningDigest.sha256(bytes)
  }

  fileprivate var bytes: [UInt8] {
    withUnsafeBytes(of: size.bigEndian, Array.init) + withUnsafeBytes(of: checksum.value.bigEndian, Array.init) + digest
  }

  fileprivate init(_ bytes: ArraySlice<UInt8>) {
    size = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    checksum = CRC32(resuming: bytes.dropFirst(8).prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
    digest = Array(bytes.dropFirst(12))
  }
}
