import Foundation
import Testing
import Vault

@testable import ArchiveFormat
@testable import Guidance

/// An archive in memory, put together byte by byte, with whatever manifest, signature and order a forger would choose.
struct SignedArchive: Sendable {
  /// Paths and contents, without manifest and signature.
  var files: [(path: String, content: [UInt8])] = [
    ("index.html", Array("<!DOCTYPE html><p>Hei".utf8)), ("space.json", Array("{\"format\":\"x\"}\n".utf8)),
    ("files/cv.pdf", Array(0...99)), ("files/Öljy 😀.txt", Array("Öljy\n".utf8)), ("files/empty", []),
  ]
  var contentAsOf = "2026-03-01T10:00:00Z"
  let keys: ArchiveKeys

  init() throws { keys = try ArchiveKeys.parse(ArchiveKeys.newItem()) }

  /// What the manifest says of these files.
  func manifest(of files: [(path: String, content: [UInt8])]? = nil, keyID: String? = nil) -> [UInt8] {
    var renderer = ManifestRenderer(
      spaceID: "0195a2b0-1111-7abc-8def-0123456789ab",
      contentAsOf: ArchiveInstant(utc: contentAsOf, local: CivilTime(year: 2026, month: 3, day: 1)), language: .fi,
      keyID: keyID ?? keys.current.id.text)
    var bytes: [UInt8] = []
    for file in files ?? self.files {
      renderer.entry(
        path: file.path, size: UInt64(file.content.count), sha256: Hash.hex(file.content), into: &bytes)
    }
    renderer.end(into: &bytes)
    return bytes
  }

  /// The archive, good unless a part is given that is not.
  func bytes(manifest: [UInt8]? = nil, signature: [UInt8]? = nil) -> [UInt8] {
    let manifest = manifest ?? self.manifest()
    let signature = signature ?? keys.current.sign(manifest)
    return Self.zip(files + [("manifest.json", manifest), ("manifest.sig", signature)])
  }

  /// The keys as the service would publish them.
  func published(until: String? = nil) throws -> ArchiveKeyList {
    let end = until.map { ",\"notAfter\":\"\($0)\"" } ?? ""
    return try ArchiveKeyList(
      json: .init(
        """
        {"keys":[{"kid":"\(keys.current.id)","kty":"OKP","crv":"Ed25519","x":"\(keys.current.publicKey.x)"\(end)}]}
        """.utf8))
  }

  /// Records and contents as they are given: names may clash.
  static func zip(_ files: [(path: String, content: [UInt8])]) -> [UInt8] {
    var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
    for file in files {
      let entry = ArchiveEntry(
        path: file.path, size: UInt64(file.content.count), crc32: CRC32.checksum(file.content),
        modified: CivilTime(year: 2026, month: 3, day: 1, hour: 12))
      let record = ZipRecord(entry: entry, offset: UInt64(bytes.count))
      bytes += record.localHeader + file.content
      record.appendCentral(to: &directory)
    }
    let end = ZipEnd(
      entryCount: UInt64(files.count), directoryOffset: UInt64(bytes.count), directoryLength: UInt64(directory.count))
    return bytes + directory + end.bytes
  }
}

/// Bytes in memory as a file.
struct MemorySource: ArchiveSource {
  var bytes: [UInt8]
  var length: UInt64 { UInt64(bytes.count) }
  func read(_ range: Range<UInt64>) -> [UInt8] { Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]) }
}

extension ArchivePublicKey {
  /// base64url without padding.
  var x: String {
    let text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    return String(text.prefix { $0 != "=" })
  }
}
