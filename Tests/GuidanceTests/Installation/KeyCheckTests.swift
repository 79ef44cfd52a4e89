import Foundation
import Guidance
import Lifecycle
import Logging
import Postgres
import TestSupport
import Testing
import Vault

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
        _ = try await installation.asAdmin("UPDATE ohjaustila.master_key SET stage = \(stage) WHERE id = 'other'") { _ in 0 }
        await #expect(throws: WrongKeys.missing(kind: "master", id: "other")) {
          try await installation.store.checkDatabase()
        }
      }
      // One that is only announced wraps nothing yet, and one that is being destroyed nothing any more.
      _ = try await installation.asAdmin("UPDATE ohjaustila.master_key SET stage = 'announced' WHERE id = 'other'") { _ in 0 }
      try await installation.store.checkDatabase()
      _ = try await installation.asAdmin("DELETE FROM ohjaustila.master_key WHERE id = 'other'") { _ in 0 }
      try await installation.store.checkDatabase()
      _ = try await installation.asAdmin(
        "UPDATE ohjaustila.key_fingerprint SET destroyed_at = ohjaustila.instant_now() WHERE id = 'other'"
      ) { _ in 0 }
      try await installation.store.checkDatabase()
    }
  }

  private static func store(_ installation: TestInstallation, _ keys: KeyRing) throws -> GuidanceStore {
    GuidanceStore(
      service: installation.service, scheduler: installation.scheduler, dpo: installation.dpo, keys: keys,
      policies: installation.store.policies, zone: try ZoneFile.load("Europe/Helsinki"),
      clock: GuidanceClock(isMovable: true), logger: .init(label: "test"))
  }
}
