import Foundation
import Testing
import Vault

@Suite struct KeyFolderTests {
  private let owner = KeyOwner.space(Fixtures.space)

  @Test func theFirstStartMakesKeysThatOnlyTheServiceReads() throws {
    try Fixtures.withFolder { folder in
      let path = folder + "/deep/keys"
      let made = try KeyRing.load(folder: path)
      #expect(try Fixtures.mode(path) == 0o700)
      let files = try FileManager.default.contentsOfDirectory(atPath: path)
      #expect(files.sorted() == ["current", "index-1.key", "master-\(made.currentMaster).key"])
      for file in files { #expect(try Fixtures.mode(path + "/" + file) == 0o600) }
      let again = try KeyRing.load(folder: path, creating: false)
      let wrapped = made.wrap(.random(for: owner))
      #expect(throws: Never.self) { try again.unwrap(wrapped, of: owner) }
      #expect(again.blindIndex.digest("a", kind: .email) == made.blindIndex.digest("a", kind: .email))
    }
  }

  @Test func withoutLeaveToCreateNothingIsMade() {
    Fixtures.withFolder { path in
      #expect(throws: KeyFileError.noKeys(path: path)) { try KeyRing.load(folder: path, creating: false) }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test(arguments: [0o640, 0o604, 0o660, 0o644])
  func filesThatOthersReadAreRefused(mode: Int) throws {
    try Fixtures.withFolder { path in
      let ring = try KeyRing.load(folder: path)
      for name in ["current", "index-1.key", "master-\(ring.currentMaster).key"] {
        let file = path + "/" + name
        try Fixtures.setMode(mode, file)
        #expect(throws: KeyFileError.tooOpen(path: file, mode: UInt32(mode))) { try KeyRing.load(folder: path) }
        try Fixtures.setMode(0o600, file)
      }
      try Fixtures.setMode(0o770, path)
      #expect(throws: KeyFileError.tooOpen(path: path, mode: 0o770)) { try KeyRing.load(folder: path) }
    }
  }

  @Test func linksAndForeignContentsAreRefused() throws {
    try Fixtures.withFolder { path in
      let ring = try KeyRing.load(folder: path)
      let index = path + "/index-1.key"
      let master = path + "/master-\(ring.currentMaster).key"
      let content = try Data(contentsOf: URL(fileURLWithPath: index))
      // Another key's file under this name.
      try Data(contentsOf: URL(fileURLWithPath: master)).write(to: URL(fileURLWithPath: index))
      try Fixtures.setMode(0o600, index)
      #expect(throws: KeyFileError.malformed(path: index)) { try KeyRing.load(folder: path) }
      for bytes in [Data(), content.prefix(40), Data("x".utf8) + content] {
        try bytes.write(to: URL(fileURLWithPath: index))
        #expect(throws: KeyFileError.malformed(path: index)) { try KeyRing.load(folder: path) }
      }
      try FileManager.default.removeItem(atPath: index)
      try FileManager.default.createSymbolicLink(atPath: index, withDestinationPath: master)
      #expect(throws: KeyFileError.notAFile(path: index)) { try KeyRing.load(folder: path) }
    }
  }

  @Test func mastersRotateAndAreDestroyed() throws {
    try Fixtures.withFolder { path in
      let first = try KeyRing.load(folder: path)
      let old = first.currentMaster
      let wrapped = first.wrap(.random(for: owner))
      let newID = try KeyRing.makeMaster(in: path)
      // Made, and current nowhere.
      #expect(try KeyRing.load(folder: path).currentMaster == old)
      try KeyRing.makeCurrent(newID, in: path)
      let second = try KeyRing.load(folder: path)
      #expect(second.currentMaster == newID && second.masterIDs.count == 2)
      #expect(try second.rewrap(wrapped, of: owner)?.masterID == newID)
      #expect(throws: KeyFileError.isCurrent(newID)) { try KeyRing.destroyMaster(newID, in: path) }
      #expect(try KeyRing.destroyMaster(old, in: path))
      #expect(try !KeyRing.destroyMaster(old, in: path))
      let third = try KeyRing.load(folder: path)
      #expect(throws: UnwrapError.unknownMaster(old)) { try third.unwrap(wrapped, of: owner) }
      #expect(throws: KeyFileError.missingMaster(old)) { try KeyRing.makeCurrent(old, in: path) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 3)
    }
  }

  /// A ring in use opens what a master wraps that came after it was loaded, and wraps under it when told to.
  @Test func aRingInUseLearnsOfNewMasters() throws {
    try Fixtures.withFolder { path in
      let running = try KeyRing.load(folder: path)
      let old = running.currentMaster
      let newID = try KeyRing.makeMaster(in: path)
      #expect(!running.use(newID))
      let other = try KeyRing.load(folder: path)
      #expect(other.use(newID))
      let wrapped = other.wrap(.random(for: owner))
      #expect(wrapped.masterID == newID)
      #expect(throws: Never.self) { try running.unwrap(wrapped, of: owner) }
      // To open under it is not to wrap under it.
      #expect(running.wrap(.random(for: owner)).masterID == old)
      #expect(running.use(newID))
      #expect(running.wrap(.random(for: owner)).masterID == newID)
    }
  }

  @Test func aReloadLetsGoOfWhatIsGoneAndNotNeeded() throws {
    try Fixtures.withFolder { path in
      let running = try KeyRing.load(folder: path)
      let old = running.currentMaster
      let newID = try KeyRing.makeMaster(in: path)
      #expect(try running.reload(needed: [old]).isEmpty)
      #expect(Set(running.masterIDs) == [old, newID])
      #expect(running.use(newID))
      try KeyRing.makeCurrent(newID, in: path)
      let wrapped = Fixtures.ring([Fixtures.master(old.text, 1)]).wrap(.random(for: owner))
      try KeyRing.destroyMaster(old, in: path)
      // Something may still be wrapped under it: the only copy there is is not thrown away.
      #expect(try running.reload(needed: [old, newID]) == [old])
      #expect(Set(running.masterIDs) == [old, newID])
      #expect(try running.reload(needed: [newID]).isEmpty)
      #expect(running.masterIDs == [newID])
      #expect(throws: UnwrapError.unknownMaster(old)) { try running.unwrap(wrapped, of: owner) }
    }
  }

  /// A process that was killed between the renaming and the overwriting of a key leaves it under another name.
  @Test func aDestructionThatWasCutOffIsFinished() throws {
    try Fixtures.withFolder { path in
      let old = try KeyRing.load(folder: path).currentMaster
      try KeyRing.makeCurrent(try KeyRing.makeMaster(in: path), in: path)
      try FileManager.default.moveItem(
        atPath: path + "/master-\(old).key", toPath: path + "/.destroyed-0123456789abcdef")
      #expect(try !KeyRing.destroyMaster(old, in: path))
      let files = try FileManager.default.contentsOfDirectory(atPath: path)
      #expect(files.count == 3 && !files.contains { $0.hasPrefix(".destroyed-") })
    }
  }

  @Test func aLostCurrentMasterIsToldNotReplaced() throws {
    try Fixtures.withFolder { path in
      let ring = try KeyRing.load(folder: path)
      try FileManager.default.removeItem(atPath: path + "/master-\(ring.currentMaster).key")
      #expect(throws: KeyFileError.missingMaster(ring.currentMaster)) { try KeyRing.load(folder: path) }
      #expect(throws: KeyFileError.missingMaster(ring.currentMaster)) {
        try KeyRing.load(folder: path, creating: false)
      }
      // Where there is data already, the database says which of the others is current.
      let other = try KeyRing.makeMaster(in: path)
      #expect(throws: KeyFileError.missingMaster(ring.currentMaster)) { try KeyRing.load(folder: path) }
      let without = try KeyRing.load(folder: path, creating: false)
      #expect(without.lostCurrent == ring.currentMaster && without.currentMaster == other)
    }
  }

  @Test func otherKeysHaveTheirPlace() throws {
    try Fixtures.withFolder { path in
      let folder = try KeyFolder(path, creating: true)
      #expect(try folder.key(named: "notice-1") == nil)
      let made = try folder.keyOrNew(named: "notice-1")
      #expect(try folder.keyOrNew(named: "notice-1") == made)
      #expect(try folder.names() == ["notice-1"])
      try folder.destroy(named: "notice-1")
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
    }
  }

  /// Many first starts at once: all know the same keys and no others. A ring writes the masters it knows into the
  /// database, and a start without one of those is refused: what one ring has seen must stay.
  @Test func manyFirstStartsAtOnceAgree() async throws {
    for _ in 0..<20 {
      let path = NSTemporaryDirectory() + "ohjaustila-keys-" + UUID().uuidString
      defer { try? FileManager.default.removeItem(atPath: path) }
      let rings = try await onThreads(8) { try KeyRing.load(folder: path) }
      let wrapped = rings[0].wrap(.random(for: owner))
      for ring in rings {
        #expect(ring.masterIDs == rings[0].masterIDs && ring.currentMaster == rings[0].currentMaster)
        #expect(throws: Never.self) { try ring.unwrap(wrapped, of: owner) }
        #expect(ring.blindIndex.digest("a", kind: .hetu) == rings[0].blindIndex.digest("a", kind: .hetu))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 3)
    }
  }

  /// Runs a closure on so many threads at once, more than the cooperative pool may have: they race through the same
  /// system calls as processes do.
  private func onThreads<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> [Value] {
    try await withThrowingTaskGroup(of: Value.self) { group in
      for _ in 0..<count {
        group.addTask {
          try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }
}
