import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// A master is lost with some keys under it, as in a backup from the middle of a rotation: the rest lives on.
@Suite struct ForfeitTests {
  /// One space and its customer under the old master, one under the new one, and the old one's file taken away.
  private func lose(_ box: KeyBox) async throws -> (key: URL, aside: URL) {
    let new = try KeyRing.makeMaster(in: box.folder)
    try box.keys.reload(needed: [])
    let digest = try #require(box.keys.fingerprints.first { $0.id == new.text }).digest
    try await box.cast.alter("UPDATE ohjaustila.master_key SET stage = 'retiring'")
    try await box.cast.alter(
      "INSERT INTO ohjaustila.key_fingerprint (kind, id, digest) VALUES ('master', \(new.text), \(Bytea(digest)))")
    try await box.cast.alter(
      "INSERT INTO ohjaustila.master_key (id, stage, since) VALUES (\(new.text), 'current', now())")
    try await box.store.checkDatabase()
    #expect(box.keys.currentMaster == new)
    let key = URL(filePath: box.folder + "/master-\(box.old).key")
    let aside = URL(filePath: box.folder + "-aside.key")
    try FileManager.default.moveItem(at: key, to: aside)
    try KeyRing.makeCurrent(new, in: box.folder)
    try box.keys.reload(needed: [])
    return (key, aside)
  }

  @Test func theRestLivesOn() async throws {
    try await KeyBox.with { box in
      let lost = try await box.furnish(1)[0]
      let (key, aside) = try await lose(box)
      let kept = try await box.cast.openSpace(customers: [Cast.invited(1)]).space.id
      func load() throws -> KeyRing { try KeyRing.load(folder: box.folder, creating: false) }
      await #expect(throws: WrongKeys.missing(kind: "master", id: box.old.text)) {
        try await box.cast.installation.copy(keys: load())
      }
      let keys = try await box.store.keysLost(with: box.old)
      #expect(keys.spaces == [lost] && keys.people.count == 1 && keys.notices == 0 && keys.count == 2)
      await #expect(throws: ForfeitObstacle.otherCount(box.old, keys: 2)) {
        try await box.store.forfeitMaster(box.old, confirming: 1)
      }
      #expect(try await box.stage(of: box.old) == "retiring")
      try await box.store.forfeitMaster(box.old, confirming: 2)

      let copy = try await box.cast.installation.copy(keys: load())
      let customer = try await box.cast.customer()
      let view = try await copy.store.space(lost, for: customer)
      #expect(view.isContentLost && view.title == nil && view.participants.isEmpty && view.state == .active)
      #expect(try await !copy.store.space(kept, for: box.cast.counsellor).isContentLost)
      await #expect(throws: UnwrapError.lostMaster(box.old)) {
        try await copy.store.messages(of: lost, PageRequest(limit: 10, cursor: nil), for: customer)
      }
      #expect(try await copy.store.me(customer).contact?.email == nil)
      #expect(try await Chain.verify(lost, in: copy).kinds.last == "keyLost")
      // It closes, and is erased, like any other.
      try FileManager.default.copyItem(at: aside, to: key)
      try copy.store.keys.reload(needed: [])
      #expect(try await copy.store.space(lost, for: customer).title == "Otsikko 0")
      await copy.shutdown()
      try FileManager.default.removeItem(at: key)
      let officer = try await box.cast.officer()
      _ = try await box.store.erase(lost, by: officer)
      #expect(try await box.store.sweep().destroyed == 1)
      // Had the rotation been carried through elsewhere, backups from there have its key under the other one.
      let masters = try await box.store.certificate(of: lost, for: officer).masters.map(\.id)
      #expect(Set(masters) == [box.old.text, box.keys.currentMaster.text])
    }
  }

  @Test func whatIsNotLostIsNotGivenUp() async throws {
    try await KeyBox.with { box in
      await #expect(throws: ForfeitObstacle.heldBy(box.old, ["this installation"])) {
        try await box.store.keysLost(with: box.old)
      }
      let unknown = MasterKey.random().id
      await #expect(throws: ForfeitObstacle.unknown(unknown)) { try await box.store.keysLost(with: unknown) }
    }
  }
}
