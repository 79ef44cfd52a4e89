import Crypto
import Foundation
import Testing

@testable import Vault

@Suite struct ArchiveKeysTests {
  /// RFC 8032 §7.1, test 3.
  @Test func signaturesAreThoseOfTheStandard() throws {
    let seed = try #require(Hexadecimal.decode("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"))
    let key = try #require(ArchiveSigningKey(seed: SymmetricKey(data: seed)))
    #expect(
      Hexadecimal.encode(key.publicKey.bytes) == "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
    let signature = try #require(
      Hexadecimal.decode(
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
          + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"))
    #expect(key.publicKey.isValid(signature, of: [0xAF, 0x82]))
    #expect(key.publicKey.isValid(key.sign([0xAF, 0x82]), of: [0xAF, 0x82]))
    #expect(!key.publicKey.isValid(signature, of: [0xAF, 0x83]))
    #expect(!key.publicKey.isValid(Array(signature.dropLast()), of: [0xAF, 0x82]))
    #expect("\(key.id)" == Hexadecimal.encode(SHA256.hash(data: key.publicKey.bytes).prefix(8)))
    #expect("\(key)" == "<archive key \(key.id)>" && Mirror(reflecting: key).children.isEmpty)
  }

  @Test func theFirstStartMakesOneThatOnlyTheServiceReads() throws {
    try Fixtures.withFolder { path in
      #expect(throws: KeyFileError.noKeys(path: path)) { try ArchiveKeys.load(folder: path, creating: false) }
      let made = try ArchiveKeys.load(folder: path, creating: true)
      let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      #expect(Set(files) == ["archive-current", "archive-\(made.current.id).key"])
      for file in files { #expect(try Fixtures.mode(path + "/" + file) == 0o600) }
      #expect(try ArchiveKeys.load(folder: path, creating: false).current.id == made.current.id)
      // Masters and archive keys share the folder and take no notice of each other.
      let ring = try KeyRing.load(folder: path)
      #expect(ring.masterIDs.count == 1)
      #expect(try ArchiveKeys.load(folder: path, creating: false).ids == made.ids)
    }
  }

  @Test func rotationKeepsTheOldKey() throws {
    try Fixtures.withFolder { path in
      let old = try ArchiveKeys.load(folder: path, creating: true)
      let id = try ArchiveKeys.rotate(in: path)
      let rotated = try ArchiveKeys.load(folder: path, creating: false)
      #expect(rotated.current.id == id && id != old.current.id)
      #expect(Set(rotated.ids) == [id, old.current.id])
    }
  }

  /// Started at once on an empty folder, all processes sign with one key.
  @Test func firstStartsAtOnceAgree() async throws {
    let path = NSTemporaryDirectory() + "ohjaustila-keys-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    let ids = try await withThrowingTaskGroup(of: ArchiveKeyID.self) { group in
      for _ in 0..<16 { group.addTask { try ArchiveKeys.load(folder: path, creating: true).current.id } }
      return try await group.reduce(into: Set<ArchiveKeyID>()) { $0.insert($1) }
    }
    #expect(ids.count == 1)
    #expect(try ArchiveKeys.load(folder: path, creating: false).ids == Array(ids))
  }

  @Test func mixedUpAndMissingFilesAreRefused() throws {
    try Fixtures.withFolder { path in
      let old = try ArchiveKeys.load(folder: path, creating: true).current.id
      let new = try ArchiveKeys.rotate(in: path)
      let (oldFile, newFile) = (path + "/archive-\(old).key", path + "/archive-\(new).key")
      let kept = try Data(contentsOf: URL(fileURLWithPath: newFile))
      try FileManager.default.removeItem(atPath: newFile)
      #expect(throws: KeyFileError.missingArchiveKey(new)) { try ArchiveKeys.load(folder: path, creating: true) }
      // The old key's content under the new one's name, inside and out.
      let text = try String(contentsOfFile: oldFile, encoding: .utf8).replacing(old.text, with: new.text)
      try Data(text.utf8).write(to: URL(fileURLWithPath: newFile))
      try Fixtures.setMode(0o600, newFile)
      #expect(throws: KeyFileError.malformed(path: newFile)) { try ArchiveKeys.load(folder: path, creating: false) }
      try kept.write(to: URL(fileURLWithPath: newFile))
      try Fixtures.setMode(0o644, newFile)
      #expect(throws: KeyFileError.tooOpen(path: newFile, mode: 0o644)) {
        try ArchiveKeys.load(folder: path, creating: false)
      }
    }
  }

  @Test func keysFromTheEnvironment() throws {
    let (one, two) = (ArchiveKeys.newItem(), ArchiveKeys.newItem())
    let keys = try #require(try ArchiveKeys.environment(["OHJAUSTILA_ARCHIVE_KEYS": "\(two)\n\(one)"]))
    #expect(two.hasPrefix("\(keys.current.id):") && keys.ids.count == 2)
    #expect(try ArchiveKeys.environment([:]) == nil)
    let swapped = one.prefix(16) + two.dropFirst(16)
    for (text, error) in [
      ("", KeyTextError.empty), ("\(one),\(swapped)", .malformed(item: 1)),
      ("\(one) \(one)", .duplicate(id: String(one.prefix(16)))), ("x:y", .malformed(item: 0)),
    ] {
      #expect(throws: error) { try ArchiveKeys.environment(["OHJAUSTILA_ARCHIVE_KEYS": text]) }
    }
  }
}
