import ArchiveFormat
import Foundation
import TestSupport
import Testing
import Vault

@testable import Guidance

/// Whatever is done to an archive is told, as what it is.
@Suite struct ArchiveVerificationTests {
  private typealias Kind = ArchiveVerification.Finding.Kind

  private func kinds(_ bytes: [UInt8], _ keys: ArchiveKeyList) throws -> [Kind] {
    try ArchiveVerification(of: MemorySource(bytes: bytes), keys: keys).findings.map(\.kind)
  }

  private func sentence(_ bytes: [UInt8], _ keys: ArchiveKeyList) throws -> String {
    try ArchiveVerification(of: MemorySource(bytes: bytes), keys: keys).findings.first?.description ?? "good"
  }

  @Test func aGoodArchiveIsGood() throws {
    let archive = try SignedArchive()
    let result = try ArchiveVerification(of: MemorySource(bytes: archive.bytes()), keys: archive.published())
    #expect(result.findings == [])
    #expect(result.entries == 5 && result.bytes == UInt64(archive.files.reduce(0) { $0 + $1.content.count }))
    #expect(result.manifest?.keyID == archive.keys.current.id.text)
  }

  /// One bit of every byte there is.
  @Test func everyFlippedByteIsDamage() throws {
    let archive = try SignedArchive()
    let (bytes, keys) = (archive.bytes(), try archive.published())
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1 << UInt8(place % 8)
      #expect(try kinds(changed, keys).contains(.damaged), "byte \(place)")
    }
  }

  /// Any byte into any other, several at once, from a seed that a failure prints.
  @Test func noRandomChangeGoesUnnoticed() throws {
    var random = SplitMix64(seed: testSeed)
    let archive = try SignedArchive()
    let (bytes, keys) = (archive.bytes(), try archive.published())
    for round in 0..<1500 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<changed.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: changed.remove(at: place)
        case 1: changed.insert(UInt8.random(in: 0...255, using: &random), at: place)
        default: changed[place] = UInt8.random(in: 0...255, using: &random)
        }
      }
      guard changed != bytes else { continue }
      #expect(try kinds(changed, keys) != [], "seed \(testSeed), round \(round)")
    }
  }

  /// Cut at every length.
  @Test func whatIsCutShortIsDamage() throws {
    let archive = try SignedArchive()
    let (bytes, keys) = (archive.bytes(), try archive.published())
    for length in 0..<bytes.count {
      let found = try kinds(Array(bytes.prefix(length)), keys)
      #expect(found == (length < 40 ? [.notOurs] : [.damaged]), "\(length)")
    }
    #expect(try sentence(bytes + [0, 0], keys).contains("2 bytes were appended"))
    #expect(try sentence(bytes + bytes, keys).contains("begins at byte 0 and should") == false)
    #expect(try kinds(bytes + bytes, keys) == [.damaged])
    #expect(try kinds([0] + bytes, keys) == [.damaged])
  }

  /// Each region names itself.
  @Test func theSentenceSaysWhatAndWhere() throws {
    let archive = try SignedArchive()
    let (bytes, keys) = (archive.bytes(), try archive.published())
    let reader = try ArchiveReader(MemorySource(bytes: bytes))
    var found: [FoundEntry] = []
    try reader.forEach { found.append($0) }
    let file = try #require(found.first { $0.entry.path == "files/cv.pdf" })
    let (header, content) = (Int(file.offset), Int(file.contentOffset))
    let directory = bytes.count - 22 - found.reduce(0) { $0 + 46 + $1.entry.path.utf8.count }
    for (place, text) in [
      (header, "header of \"files/cv.pdf\" at byte \(header) says otherwise than the directory: signature"),
      (header + 4, "version needed"), (header + 6, "flags"), (header + 8, "method"), (header + 10, "time"),
      (header + 12, "date"), (header + 14, "checksum"), (header + 18, "compressed size"), (header + 22, "size"),
      (header + 26, "length of the name"), (header + 28, "length of the extra field"), (header + 33, "name"),
      (content + 50, "content of \"files/cv.pdf\", from byte \(content), was damaged (CRC-32)"),
      (Int(reader.manifest.contentOffset) + 5, "content of \"manifest.json\""),
      (Int(reader.signature.contentOffset) + 5, "content of \"manifest.sig\""),
      (directory, "record 1 of the directory, at byte \(directory), is damaged: signature"),
      (directory + 4, "made by"), (directory + 39, "attributes"), (directory + 42, "\"index.html\" begins at byte"),
      (bytes.count - 22, "does not end as a ZIP does"), (bytes.count - 18, "disks"),
      (bytes.count - 14, "number of entries"), (bytes.count - 6, "offset or length of the directory"),
      (bytes.count - 2, "comment"),
    ] {
      var changed = bytes
      changed[place] ^= 4
      let told = try sentence(changed, keys)
      #expect(told.contains(text), "\(place): \(told)")
    }
  }

  /// A forger who makes all checksums fit has no key.
  @Test func forgeriesAreTold() throws {
    let archive = try SignedArchive()
    let keys = try archive.published()
    let stranger = try ArchiveKeys.parse(ArchiveKeys.newItem())
    var forged = archive
    forged.files[2].content[7] = 0xFF
    #expect(try kinds(forged.bytes(manifest: archive.manifest()), keys) == [.damaged])
    #expect(try sentence(forged.bytes(manifest: archive.manifest()), keys).contains("(SHA-256): it was changed"))
    let old = archive.keys.current.sign(archive.manifest())
    #expect(try kinds(forged.bytes(signature: old), keys) == [.wrongSignature])
    #expect(try kinds(forged.bytes(signature: stranger.current.sign(forged.manifest())), keys) == [.wrongSignature])
    let own = forged.manifest(keyID: stranger.current.id.text)
    let signed = forged.bytes(manifest: own, signature: stranger.current.sign(own))
    #expect(try kinds(signed, keys) == [.unknownKey])
    #expect(try sentence(signed, keys).contains("not among those given"))
    #expect(try kinds(archive.bytes(signature: Array(old.dropLast())), keys) == [.damaged])
    #expect(try kinds(archive.bytes(), .none) == [.unknownKey])
  }

  /// Entries put in, taken out, doubled and swapped, in a ZIP that any program takes for good.
  @Test func listAndManifestAgreeBothWays() throws {
    let archive = try SignedArchive()
    let (keys, manifest) = (try archive.published(), archive.manifest())
    let changes: [(String, (inout SignedArchive) -> Void)] = [
      ("does not name", { $0.files.append(("files/extra", [1])) }),
      ("missing from the archive", { $0.files.removeLast() }),
      ("where the manifest has", { $0.files.remove(at: 2) }),
      ("where the manifest has", { $0.files.insert($0.files[2], at: 2) }),
      ("where the manifest has", { $0.files.swapAt(2, 3) }),
      ("where the manifest has", { $0.files[2].path = "files/CV.pdf" }),
      ("has no place", { $0.files.swapAt(0, 1) }), ("has no place", { $0.files[3].path = "files/../x" }),
    ]
    for (text, change) in changes {
      var changed = archive
      change(&changed)
      let bytes = changed.bytes(manifest: manifest)
      #expect(try kinds(bytes, keys) == [.damaged], "\(text)")
      let told = try sentence(bytes, keys)
      #expect(told.contains(text), "\(text): \(told)")
    }
  }

  /// Damaged files are all told of, and the signature still is.
  @Test func everyDamagedFileIsNamed() throws {
    var archive = try SignedArchive()
    let manifest = archive.manifest()
    archive.files[2].content[0] ^= 1
    archive.files[3].content[0] ^= 1
    let result = try ArchiveVerification(
      of: MemorySource(bytes: archive.bytes(manifest: manifest)), keys: archive.published())
    #expect(result.findings.count == 2 && result.entries == 3)
    #expect(result.findings[0].description.contains("cv.pdf") && result.findings[1].description.contains("Öljy"))
  }

  /// A key that was replaced vouches for what was there until then.
  @Test func aReplacedKeySignsNothingLater() throws {
    let archive = try SignedArchive()
    #expect(try kinds(archive.bytes(), archive.published(until: archive.contentAsOf)) == [])
    let late = try archive.published(until: "2026-03-01T09:59:59.999999Z")
    #expect(try kinds(archive.bytes(), late) == [.unknownKey])
  }

  /// Other files, and other ZIPs.
  @Test func otherFilesAreNoArchives() throws {
    var random = SplitMix64(seed: testSeed)
    let keys = try SignedArchive().published()
    let zip = SignedArchive.zip([("a.txt", [1]), ("b/c.txt", [2, 3])])
    for bytes in [
      [], [0x50, 0x4B], random.bytes(5000), zip, Array("%PDF-1.4".utf8), [UInt8](repeating: 0, count: 70_000),
    ] {
      #expect(try kinds(bytes, keys) == [.notOurs], "\(bytes.count) bytes, seed \(testSeed)")
    }
  }

  /// Lists that are none, and keys that do not fit their names.
  @Test func brokenListsOfKeysAreRefused() throws {
    let x = try SignedArchive().keys.current.publicKey.x
    for text in [
      "", "[]", "{\"keys\":[{}]}",
      #"{"keys":[{"kid":"0123456789abcdef","kty":"OKP","crv":"Ed25519","x":"\#(x)"}]}"#,
    ] {
      #expect(throws: (any Error).self, "\(text)") { try ArchiveKeyList(json: .init(text.utf8)) }
    }
    #expect(try ArchiveKeyList(json: .init("{\"keys\":[{\"kid\":\"a\",\"kty\":\"EC\",\"x\":\"\"}]}".utf8)).isEmpty)
  }
}
