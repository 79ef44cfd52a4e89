import Foundation
import Lifecycle
import Logging
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// A database says which keys it is sealed under, and no copy of the service serves it with others.
@Suite struct KeyCheckTests {
  @Test func otherKeysAreRefused() async throws {
    try await TestInstallation.with { installation in
      let own = try await installation.asAdmin("SELECT kind, id FROM ohjaustila.key_fingerprint ORDER BY kind") {
        (try $0.get(0, as: String.self), try $0.get(1, as: String.self))
      }
      #expect(own.map(\.0) == ["index", "master"])
      // The same keys again, as another copy has them.
      try await installation.store.checkDatabase()
      let foreign = try KeyRing.load(folder: TestCluster.temporaryFolder().appending(path: "keys").path)
      await #expect(throws: WrongKeys.other(kind: "index", id: "1")) {
        try await Self.store(installation, foreign).checkDatabase()
      }
      // What was refused is not written down.
      let after = try await installation.asAdmin("SELECT count(*) FROM ohjaustila.key_fingerprint") {
        try $0.get(0, as: Int.self)
      }
      #expect(after == [2])
    }
  }

  @Test func aMissingMasterIsNamed() async throws {
    try await TestInstallation.with { installation in
      _ = try await installation.asAdmin(
        "INSERT INTO ohjaustila.key_fingerprint VALUES ('master', 'other', '\\x00')"
      ) { _ in 0 }
      _ = try await installation.asAdmin(
        "INSERT INTO ohjaustila.master_key VALUES ('other', 'retired', ohjaustila.instant_now())"
      ) { _ in 0 }
      for stage in ["retired", "retiring"] {
        _ = try await installation.asAdmin("UPDATE ohjaustila.master_key SET stage = \(stage) WHERE id = 'other'") {
          _ in 0
        }
        await #expect(throws: WrongKeys.missing(kind: "master", id: "other")) {
          try await installation.store.checkDatabase()
        }
      }
      // One that is only announced wraps nothing yet, and one that is being destroyed nothing any more.
      _ = try await installation.asAdmin("UPDATE ohjaustila.master_key SET stage = 'announced' WHERE id = 'other'") {
        _ in 0
      }
      try await installation.store.checkDatabase()
      _ = try await installation.asAdmin("DELETE FROM ohjaustila.master_key WHERE id = 'other'") { _ in 0 }
      try await installation.store.checkDatabase()
      _ = try await installation.asAdmin(
        "UPDATE ohjaustila.key_fingerprint SET destroyed_at = ohjaustila.instant_now() WHERE id = 'other'"
      ) { _ in 0 }
      try await installation.store.checkDatabase()
    }
  }

  /// Another key for archives that does not know the one that signs, one that was replaced, and a lost one.
  @Test func strangersKeysForArchivesAreRefused() async throws {
    try await TestInstallation.with { installation in
      let own = try TestInstallation.archiveKeys().current.id
      let item = ArchiveKeys.newItem()
      let stranger = try ArchiveKeys.parse(item)
      await #expect(throws: WrongKeys.missing(kind: "archive", id: own.text)) {
        _ = try await installation.copy(archiveKeys: stranger)
      }
      // What was refused is not written down.
      #expect(try await installation.store.publishedArchiveKeys().map(\.key.id) == [own])
      let both = try ArchiveKeys.parse("\(item) \(TestInstallation.archiveKeyItem)")
      await (try installation.copy(archiveKeys: both)).shutdown()
      // A copy that was not given the new key, and one that was and still signs with the old one.
      await #expect(throws: WrongKeys.missing(kind: "archive", id: stranger.current.id.text)) {
        try await installation.store.checkDatabase()
      }
      let stale = try ArchiveKeys.parse("\(TestInstallation.archiveKeyItem) \(item)")
      await #expect(throws: WrongKeys.replaced(archiveKey: own.text)) {
        _ = try await installation.copy(archiveKeys: stale)
      }
      let published = try await installation.store.publishedArchiveKeys()
      #expect(published.map(\.key.id) == [stranger.current.id, own])
      #expect(published[0].validUntil == nil && published[1].validUntil == published[0].validFrom + .seconds(86_400))
      // The new one is lost: only who says so goes on without it, and it ends at once.
      let last = try ArchiveKeys.parse("\(ArchiveKeys.newItem()) \(TestInstallation.archiveKeyItem)")
      let store = try Self.store(
        installation, KeyRing.load(folder: TestCluster.temporaryFolder().appending(path: "keys").path), last)
      await #expect(throws: WrongKeys.missing(kind: "archive", id: stranger.current.id.text)) {
        try await store.checkArchiveKeys(replacingLost: false)
      }
      try await store.checkArchiveKeys(replacingLost: true)
      let after = try await installation.store.publishedArchiveKeys()
      #expect(after.first?.key.id == last.current.id && after.count == 3)
      #expect(after[1].key.id == stranger.current.id && after[1].validUntil == after[0].validFrom)
    }
  }

  /// Copies that start at once, with the same new key and with two different ones.
  @Test func onlyOneKeySignsAfterStartsAtOnce() async throws {
    try await TestInstallation.with { installation in
      let items = [ArchiveKeys.newItem(), ArchiveKeys.newItem()]
      let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<6 {
          group.addTask {
            let keys = try ArchiveKeys.parse("\(items[number % 2]) \(TestInstallation.archiveKeyItem)")
            do {
              await (try installation.copy(connections: 1, archiveKeys: keys)).shutdown()
              return true
            } catch is WrongKeys {
              return false
            }
          }
        }
        return try await group.reduce(into: [Bool]()) { $0.append($1) }
      }
      #expect(outcomes.count { $0 } == 3)
      let signing = try await installation.store.publishedArchiveKeys().count { $0.validUntil == nil }
      #expect(signing == 1)
    }
  }

  private static func store(
    _ installation: TestInstallation, _ keys: KeyRing, _ archiveKeys: ArchiveKeys? = nil
  ) throws -> GuidanceStore {
    GuidanceStore(
      service: installation.service, scheduler: installation.scheduler, dpo: installation.dpo, keys: keys,
      archiveKeys: try archiveKeys ?? TestInstallation.archiveKeys(),
      policies: installation.store.policies, zone: try ZoneFile.load("Europe/Helsinki"),
      clock: GuidanceClock(isMovable: true), logger: .init(label: "test"))
  }
}
