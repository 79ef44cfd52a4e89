import Foundation
import Lifecycle
import Postgres
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Guidance

/// A new master wraps every living key, nobody notices, and the old one opens nothing any more.
@Suite struct RotationTests {
  @Test func everythingComesUnderTheNewMaster() async throws {
    try await KeyBox.with { box in
      let cast = box.cast
      let spaces = try await box.furnish(3)
      // A notice of an erasure has a key of its own.
      let gone = try await cast.openSpace(customers: [Cast.invited(3)]).space.id
      let leaving = try await cast.customer(3)
      _ = try await box.store.enter(gone, invitation: nil, by: leaving)
      _ = try await box.store.changeContact(email: EmailAddress("pois@example.fi"), language: nil, of: leaving)
      let officer = try await cast.officer()
      _ = try await box.store.erase(gone, by: officer)
      _ = try await box.store.sweep()
      let before = try await Self.content(cast)
      // Three spaces, three people and the notice; the fourth customer went with the last space.
      #expect(try await box.rows(under: box.old) == 7)

      let seen = Mutex<[RotationProgress]>([])
      let report = try await box.store.rotateMaster { step in seen.withLock { $0.append(step) } }
      #expect(report.rewrapped == 7 && report.damaged == 0 && report.left == 0 && !report.isFinishing)
      #expect(report.retired == [box.old] && report.master != box.old)
      #expect(seen.withLock { $0.last } == .rewrapped(7, of: 7))
      #expect(try await box.rows(under: box.old) == 0)
      #expect(try await box.rows(under: report.master) == 7)
      #expect(try await box.stage(of: box.old) == "retired")
      #expect(try await box.stage(of: report.master) == "current")
      // Not a byte of what is sealed was touched.
      #expect(try await Self.content(cast) == before)
      let former = try await cast.installation.asAdmin("SELECT former_master_ids FROM ohjaustila.space_secret") {
        try $0.get(0, as: [String].self)
      }
      #expect(former == Array(repeating: [box.old.text], count: 3))

      // A copy that has never had the old one reads everything.
      let other = try box.secondFolder()
      defer { try? FileManager.default.removeItem(atPath: other) }
      try KeyRing.destroyMaster(box.old, in: other)
      let fresh = try KeyRing.load(folder: other, creating: false)
      #expect(fresh.masterIDs == [report.master])
      #expect(try await box.store.destroyMaster(box.old) != .heldBy([]))
      let copy = try await cast.installation.copy(keys: fresh)
      try await box.check(spaces, on: copy.store)
      await copy.shutdown()
      // And so does who went through it, whose new keys are under the new one.
      try await box.check(spaces)
      let later = try await cast.openSpace(customers: [Cast.invited(4)]).space.id
      let master = try await cast.installation.asAdmin(
        "SELECT master_id FROM ohjaustila.space_secret WHERE space_id = \(later)"
      ) { try $0.get(0, as: String.self) }
      #expect(master == [report.master.text])
    }
  }

  /// An erasure names every master that ever wrapped the space's key, also one that a rotation is just writing.
  @Test func anErasureBesideARotationNamesBothMasters() async throws {
    try await KeyBox.with { box in
      let cast = box.cast
      let space = try await cast.space()
      let new = try KeyRing.makeMaster(in: box.folder)
      try await Self.announce(new, box, stage: "retired")
      try await box.store.moveClock(to: try await cast.timeline(of: space).erases)
      // What a rotation writes, held open while the sweep comes.
      let rewriting: Query = """
        UPDATE ohjaustila.space_secret SET former_master_ids = former_master_ids || master_id, master_id = \(new.text),
          wrapped_key = overlay(wrapped_key PLACING \(Bytea(Array(new.text.utf8))) FROM 19)
        WHERE space_id = \(space)
        """
      let sweeping: @Sendable () async throws -> SweepReport = { try await box.store.sweep() }
      let swept = try await HeldLock.over(rewriting, in: cast.installation, [sweeping])
      #expect(try swept[0].get().crossed[.erased] == 1)
      let named = try await cast.installation.asAdmin(
        "SELECT master_ids FROM ohjaustila.tombstone WHERE space_id = \(space)"
      ) { try $0.get(0, as: [String].self) }
      #expect(named == [[box.old.text, new.text]])
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space_secret") == 0)
    }
  }

  /// A title is sealed and a key wrapped anew in the same row at once: both stay.
  @Test func nothingThatIsWrittenBesideItIsLost() async throws {
    try await KeyBox.with { box in
      let cast = box.cast
      let spaces = try await box.furnish(4)
      let store = box.store
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, space) in spaces.enumerated() {
          group.addTask {
            for turn in 0..<15 {
              _ = try await store.change(
                space, title: "Uusi \(number).\(turn)", topics: nil, language: nil, by: cast.counsellor)
              let customer = try await cast.customer(number)
              _ = try await store.changeContact(
                email: EmailAddress("uusi\(number).\(turn)@example.fi"), language: nil, of: customer)
            }
          }
        }
        group.addTask {
          for _ in 0..<4 {
            let report = try await store.rotateMaster()
            #expect(report.left == 0)
          }
        }
        try await group.waitForAll()
      }
      for (number, space) in spaces.enumerated() {
        #expect(try await store.space(space, for: cast.counsellor).title == "Uusi \(number).14")
        #expect(try await store.me(cast.customer(number)).contact?.email == "uusi\(number).14@example.fi")
      }
      let former = try await cast.installation.asAdmin(
        "SELECT cardinality(former_master_ids) FROM ohjaustila.space_secret"
      ) { try $0.get(0, as: Int32.self) }
      #expect(former == [4, 4, 4, 4])
    }
  }

  /// Wherever it is cut off, the same again goes on, and makes no further master.
  @Test func cutOffAnywhereTheSameAgainGoesOn() async throws {
    try await KeyBox.with { box in
      let spaces = try await box.furnish(3)
      // After the master was made: it is used, not another one.
      let made = try KeyRing.makeMaster(in: box.folder)
      try box.keys.reload(needed: [])
      // After the announcement.
      try await Self.announce(made, box, stage: "announced")
      // After the change, with one page of the rewrapping done.
      try await Self.rotation(box.store).activate(made)
      #expect(try await box.stage(of: made) == "current")
      #expect(try await box.stage(of: box.old) == "retiring")
      _ = try await Rewrapping(store: box.store, pageSize: 1).page(.spaces, under: box.old, after: Rewrapping.beginning)
      let report = try await box.store.rotateMaster()
      #expect(report.master == made && report.isFinishing && report.left == 0)
      #expect(report.rewrapped == 5)
      #expect(box.keys.masterIDs.count == 2)
      try await box.check(spaces)
      // It has come to its end: the next one is another rotation.
      let next = try await box.store.rotateMaster()
      #expect(next.master != made && !next.isFinishing && next.rewrapped == 6)
    }
  }

  @Test func smallPagesAndTwoRotationsAtOnceShareTheWork() async throws {
    try await KeyBox.with { box in
      let spaces = try await box.furnish(6)
      let made = try KeyRing.makeMaster(in: box.folder)
      try box.keys.reload(needed: [])
      try await Self.announce(made, box, stage: "announced")
      let copy = try await box.cast.installation.copy(keys: KeyRing.load(folder: box.folder, creating: false))
      // Both want to make it current before either does.
      let rotating: [@Sendable () async throws -> RotationReport] = [box.store, copy.store].map { store in
        { try await Self.rotation(store).run(evenIfUnfinished: false) }
      }
      let reports = try await HeldLock.over(
        "LOCK TABLE ohjaustila.key_holder IN EXCLUSIVE MODE", in: box.cast.installation, rotating
      ).map { try $0.get() }
      #expect(reports.allSatisfy { $0.master == made && $0.left == 0 })
      #expect(reports.map(\.rewrapped).reduce(0, +) == 12)
      try await box.check(spaces)
      await copy.shutdown()
    }
  }

  /// A key that was damaged opens nothing any more. It holds up neither the others nor, when told so, the next rotation.
  @Test func aDamagedKeyStaysAndIsTold() async throws {
    try await KeyBox.with { box in
      let spaces = try await box.furnish(2)
      let damaged = try await box.cast.openSpace(customers: [Cast.invited(3)]).space.id
      try await box.cast.alter(
        """
        UPDATE ohjaustila.space_secret SET wrapped_key = set_byte(wrapped_key, length(wrapped_key) - 1,
          get_byte(wrapped_key, length(wrapped_key) - 1) # 1) WHERE space_id = \(damaged)
        """)
      let report = try await box.store.rotateMaster()
      #expect(report.damaged == 1 && report.left == 1 && report.rewrapped == 6 - 1 && report.retired.isEmpty)
      try await box.check(spaces)
      #expect(try await box.store.rotateMaster().isFinishing)
      await #expect(throws: DestructionObstacle.inUse(box.old, keys: 1)) {
        try await box.store.destroyMaster(box.old)
      }
      let next = try await box.store.rotateMaster(evenIfUnfinished: true)
      #expect(next.master != report.master && next.rewrapped == 5 && next.retired == [report.master])
      try await box.check(spaces)
    }
  }

  @Test func withKeysOfTheEnvironmentItSaysWhatToSet() async throws {
    let (one, two) = (MasterKey.random(), MasterKey.random())
    let index = "1:" + MasterKey.random().secretText.split(separator: ":")[1]
    func ring(_ masters: MasterKey...) throws -> KeyRing {
      try KeyRing.parse(masters: masters.map(\.secretText).joined(separator: ","), index: index)
    }
    try await Cast.with(keys: ring(one)) { cast in
      let space = try await cast.space()
      await #expect(throws: RotationObstacle.noNewMaster) { try await cast.store.rotateMaster() }
      #expect(RotationObstacle.noNewMaster.description.contains("keys new"))
      // Set on every copy, in whatever place: the database goes on saying which is current until it is rotated to.
      let copy = try await cast.installation.copy(keys: ring(two, one))
      _ = try await cast.openSpace(customers: [Cast.invited(1)])
      #expect(copy.store.keys.currentMaster == one.id)
      #expect(try await copy.store.rotateMaster().master == two.id)
      #expect(try await copy.store.space(space, for: cast.counsellor).title == "Työnhaku")
      // The same key under another name is no new one.
      let renamed = "uusi:" + one.secretText.split(separator: ":")[1]
      let again = try await cast.installation.copy(
        keys: KeyRing.parse(masters: "\(two.secretText),\(one.secretText),\(renamed)", index: index))
      await #expect(throws: RotationObstacle.knownKey(try #require(MasterKeyID("uusi")), as: one.id.text)) {
        try await again.store.rotateMaster()
      }
      await copy.shutdown()
      await again.shutdown()
    }
  }

  static func rotation(_ store: GuidanceStore) -> Rotation {
    Rotation(
      store: store, rewrapping: Rewrapping(store: store, pageSize: 2), patience: .seconds(10), progress: { _ in })
  }

  /// Writes a master down as a rotation does.
  static func announce(_ id: MasterKeyID, _ box: KeyBox, stage: String) async throws {
    let ring = try KeyRing.load(folder: box.folder, creating: false)
    let key = try #require(ring.fingerprints.first { $0.id == id.text })
    try await box.cast.alter(
      "INSERT INTO ohjaustila.key_fingerprint (kind, id, digest) VALUES ('master', \(id.text), \(Bytea(key.digest)))")
    try await box.cast.alter(
      "INSERT INTO ohjaustila.master_key VALUES (\(id.text), \(stage), ohjaustila.instant_now())")
  }

  /// Everything sealed, and what is beside it, but for the wrapped keys.
  private static func content(_ cast: Cast) async throws -> [String] {
    try await cast.installation.asAdmin(
      """
      SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (
        SELECT space_id::text || title::text FROM ohjaustila.space_secret
        UNION ALL SELECT id::text || coalesce(email::text, '') || hetu::text FROM ohjaustila.person
        UNION ALL SELECT number::text || body::text FROM ohjaustila.message
        UNION ALL SELECT id::text || contact::text FROM ohjaustila.delivery) t
      """
    ) { try $0.get(0, as: String.self) }
  }
}
