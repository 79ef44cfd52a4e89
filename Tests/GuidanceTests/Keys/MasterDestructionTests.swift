import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// A master goes when nothing needs it, wherever it is, and never comes back.
@Suite struct MasterDestructionTests {
  @Test func whatIsNeededStays() async throws {
    try await KeyBox.with { box in
      let stranger = MasterKey.random().id
      await #expect(throws: DestructionObstacle.unknown(stranger)) { try await box.store.destroyMaster(stranger) }
      await #expect(throws: DestructionObstacle.isCurrent(box.old)) { try await box.store.destroyMaster(box.old) }
      _ = try await box.furnish(2)
      let new = try KeyRing.makeMaster(in: box.folder)
      try box.keys.reload(needed: [])
      try await RotationTests.announce(new, box, stage: "announced")
      try await RotationTests.rotation(box.store).activate(new)
      await #expect(throws: DestructionObstacle.inUse(box.old, keys: 4)) {
        try await box.store.destroyMaster(box.old)
      }
      #expect(Set(box.keys.masterIDs) == [box.old, new])
      #expect(try KeyRing.load(folder: box.folder, creating: false).masterIDs.count == 2)
    }
  }

  @Test func aDestroyedMasterIsNotMissedAndMayNotComeBack() async throws {
    try await KeyBox.with { box in
      let spaces = try await box.furnish(2)
      let backup = try box.secondFolder()
      defer { try? FileManager.default.removeItem(atPath: backup) }
      let new = try await box.store.rotateMaster().master
      let first = try await box.store.destroyMaster(box.old)
      guard case .destroyed(let at) = first else { return #expect(first == .destroyed(at: box.store.clock.now)) }
      // Again: nothing more to do, and the date stays.
      #expect(try await box.store.destroyMaster(box.old) == .destroyed(at: at))
      let recorded = try await box.cast.installation.asAdmin(
        "SELECT destroyed_at FROM ohjaustila.key_fingerprint WHERE id = \(box.old.text)"
      ) { try $0.get(0, as: Instant.self) }
      #expect(recorded == [at])
      let files = try FileManager.default.contentsOfDirectory(atPath: box.folder).sorted()
      #expect(files == ["current", "index-1.key", "master-\(new).key"])
      try await box.store.checkDatabase()
      try await box.check(spaces)
      #expect(try await box.store.masters().map(\.standing).last == .destroyed(at: at))

      // From a backup of the key folder, under its name and under another one.
      let name = "/master-\(box.old).key"
      try FileManager.default.copyItem(atPath: backup + name, toPath: box.folder + name)
      let back = try KeyRing.load(folder: box.folder, creating: false)
      #expect(back.masterIDs.count == 2)
      await #expect(throws: WrongKeys.destroyed(id: box.old.text)) {
        try await box.cast.installation.copy(keys: back)
      }
      let renamed = try String(contentsOfFile: box.folder + name, encoding: .utf8)
        .replacing(box.old.text, with: "toinen")
      try FileManager.default.removeItem(atPath: box.folder + name)
      let path = box.folder + "/master-toinen.key"
      try Data(renamed.utf8).write(to: URL(filePath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      await #expect(throws: WrongKeys.destroyed(id: "toinen")) {
        try await box.cast.installation.copy(keys: KeyRing.load(folder: box.folder, creating: false))
      }
      try FileManager.default.removeItem(atPath: path)
      // The same command takes it away again.
      try FileManager.default.copyItem(atPath: backup + name, toPath: box.folder + name)
      #expect(try await box.store.destroyMaster(box.old) == .destroyed(at: at))
      try await box.store.checkDatabase()
    }
  }

  /// The process died when the database had given the master up and its file was still there.
  @Test func cutOffBeforeItsFileWentTheSameAgainEndsIt() async throws {
    try await KeyBox.with { box in
      let spaces = try await box.furnish(1)
      let new = try await box.store.rotateMaster().master
      #expect(try await DestroyingMaster(store: box.store, id: box.old, patience: .zero).giveUp() == new)
      #expect(try await box.stage(of: box.old) == nil)
      // Not destroyed yet: nothing says so, and everything starts.
      #expect(try await box.store.masters().last?.standing == .givenUp)
      let copy = try await box.cast.installation.copy(keys: KeyRing.load(folder: box.folder, creating: false))
      try await box.check(spaces, on: copy.store)
      guard case .destroyed = try await copy.store.destroyMaster(box.old) else {
        Issue.record("not destroyed")
        return
      }
      #expect(try KeyRing.load(folder: box.folder, creating: false).masterIDs == [new])
      await copy.shutdown()
    }
  }

  /// The key was wrapped anew behind the backup that was put in place: later backups have it under that master, which the
  /// restored database has never heard of, and the erasure is not final before it is gone too.
  @Test func aMasterFromBehindABackupCountsToo() async throws {
    try await KeyBox.with { box in
      let space = try await box.cast.space()
      let officer = try await box.cast.officer()
      let backup = try await box.cast.installation.backup()
      let new = try await box.store.rotateMaster().master
      _ = try await box.store.erase(space, by: officer)
      #expect(try await box.store.sweep().destroyed == 1)
      try await box.cast.installation.withRestored(from: backup, keys: box.keys) { restored in
        #expect(try await restored.store.openLedger().erasedAgain == 1)
        #expect(try await restored.store.sweep().destroyed == 1)
        #expect(try await restored.store.rotateMaster().master == new)
        guard case .destroyed = try await restored.store.destroyMaster(box.old) else {
          Issue.record("not destroyed")
          return
        }
        let certificate = try await restored.store.certificate(of: space, for: officer)
        #expect(certificate.finalAt == nil && certificate.finalWhen?.mastersAreDestroyed == [new.text])
        #expect(Set(certificate.masters.map(\.id)) == [box.old.text, new.text])
      }
    }
  }

  /// The backup is from when the rotation had announced its master: the database knows it, and not what it came to wrap.
  @Test func aMasterThatWasOnlyAnnouncedCountsToo() async throws {
    try await KeyBox.with { box in
      let space = try await box.cast.space()
      let officer = try await box.cast.officer()
      let new = try KeyRing.makeMaster(in: box.folder)
      try box.keys.reload(needed: [])
      try await RotationTests.announce(new, box, stage: "announced")
      let backup = try await box.cast.installation.backup()
      #expect(try await box.store.rotateMaster().master == new)
      _ = try await box.store.erase(space, by: officer)
      #expect(try await box.store.sweep().destroyed == 1)
      try await box.cast.installation.withRestored(from: backup, keys: box.keys) { restored in
        #expect(try await restored.store.openLedger().erasedAgain == 1)
        #expect(try await restored.store.sweep().destroyed == 1)
        let certificate = try await restored.store.certificate(of: space, for: officer)
        #expect(Set(certificate.masters.map(\.id)) == [box.old.text, new.text])
      }
    }
  }

  /// Who is just opening a space under the old master is waited for, and then the master stays.
  @Test func anOpeningThatIsUnderWayKeepsIt() async throws {
    try await KeyBox.with { box in
      let cast = box.cast
      // A copy that is behind: it has a ring of its own and has not looked.
      let behind = try await cast.installation.copy(keys: KeyRing.load(folder: box.folder, creating: false))
      _ = try await box.store.rotateMaster()
      #expect(try await box.stage(of: box.old) == "retired")
      let key = DataKey.random(for: .space(UUID()))
      let wrapped = behind.store.keys.wrap(key)
      #expect(wrapped.masterID == box.old)
      let space = try await box.cast.space()
      let store = box.store
      let destroying: @Sendable () async throws -> MasterDestruction = { try await store.destroyMaster(box.old) }
      let destroyed = try await HeldLock.over(
        """
        UPDATE ohjaustila.space_secret SET master_id = \(box.old.text), wrapped_key = \(Bytea(wrapped.bytes)),
          former_master_ids = '{}' WHERE space_id = \(space)
        """, in: cast.installation, [destroying])
      #expect(throws: DestructionObstacle.inUse(box.old, keys: 1)) { try destroyed[0].get() }
      #expect(try KeyRing.load(folder: box.folder, creating: false).masterIDs.contains(box.old))
      await behind.shutdown()
    }
  }

  /// However far behind a copy is: under a master that is gone nothing is opened.
  @Test func nobodyWrapsUnderAMasterThatIsGone() async throws {
    try await KeyBox.with { box in
      let cast = box.cast
      let behind = try await cast.installation.copy(keys: KeyRing.load(folder: box.folder, creating: false))
      _ = try await box.store.rotateMaster()
      _ = try await box.store.destroyMaster(box.old)
      let draft = SpaceDraft(
        organisation: cast.organisation.id, title: "Myöhässä", language: nil, topics: [],
        customers: [try Cast.invited(0)])
      await #expect { try await behind.store.openSpace(draft, by: cast.counsellor) } throws: { error in
        let error = error as? PostgresError
        return error?.sqlState == .foreignKeyViolation && error?.constraint?.hasSuffix("_master_id_fkey") == true
      }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space") == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person") == 0)
      // It looks, and is up to date.
      try await KeyWatch(store: behind.store, name: "behind").look()
      _ = try await behind.store.openSpace(draft, by: cast.counsellor)
      #expect(behind.store.keys.masterIDs == box.keys.masterIDs)
      await behind.shutdown()
    }
  }

  /// A rotation that will not come about, because the machine with its key is gone: the next one begins without it.
  @Test func anAnnouncedMasterMayBeGivenUp() async throws {
    try await KeyBox.with { box in
      let spaces = try await box.furnish(1)
      let away = try KeyRing.makeMaster(in: box.folder)
      try await RotationTests.announce(away, box, stage: "announced")
      try FileManager.default.removeItem(atPath: box.folder + "/master-\(away).key")
      await #expect(throws: RotationObstacle.announcedElsewhere(away)) { try await box.store.rotateMaster() }
      guard case .destroyed = try await box.store.destroyMaster(away) else {
        Issue.record("not destroyed")
        return
      }
      let report = try await box.store.rotateMaster()
      #expect(report.master != away && report.left == 0 && report.retired == [box.old])
      try await box.check(spaces)
    }
  }

  /// What another machine's folder has is not gone: the date is set when nobody has it any more.
  @Test func aCopyThatHasItIsNamed() async throws {
    try await KeyBox.with { box in
      let new = try await box.store.rotateMaster().master
      let folder = try box.secondFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let copy = try await box.cast.installation.copy(keys: KeyRing.load(folder: folder, creating: false))
      let watch = KeyWatch(store: copy.store, name: "toinen/1")
      try await watch.enter()
      #expect(try await box.store.destroyMaster(box.old, patience: .zero) == .heldBy(["toinen/1"]))
      let recorded = try await box.cast.count(
        "SELECT count(*) FROM ohjaustila.key_fingerprint WHERE destroyed_at IS NOT NULL")
      #expect(recorded == 0)
      // There it is destroyed too; the copy finds out when it looks.
      try KeyRing.destroyMaster(box.old, in: folder)
      try await watch.look()
      #expect(copy.store.keys.masterIDs == [new])
      guard case .destroyed = try await box.store.destroyMaster(box.old, patience: .zero) else {
        Issue.record("not destroyed")
        return
      }
      await watch.leave()
      #expect(try await box.store.runningHolders() == [])
      await copy.shutdown()
    }
  }
}
