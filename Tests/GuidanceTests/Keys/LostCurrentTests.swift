import Foundation
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// The file `current` of a key folder names a master that is gone.
@Suite struct LostCurrentTests {
  @Test func theDatabaseSaysWhichIsCurrent() async throws {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "keys").path
    try await TestInstallation.with(keys: try KeyRing.load(folder: path)) { installation in
      let old = installation.store.keys.currentMaster
      let new = try await installation.store.rotateMaster().master
      try KeyRing.makeCurrent(old, in: path)
      try FileManager.default.removeItem(atPath: path + "/master-\(old).key")
      let ring = try KeyRing.load(folder: path, creating: false)
      #expect(ring.lostCurrent == old)
      let copy = try await installation.copy(keys: ring)
      #expect(copy.store.keys.currentMaster == new)
      await copy.shutdown()

      // Where it does not say, nothing that happens to be there takes the lost one's place.
      _ = try await installation.asAdmin("UPDATE ohjaustila.master_key SET stage = 'retiring' WHERE stage = 'current'")
      {
        _ in
      }
      let again = try KeyRing.load(folder: path, creating: false)
      await #expect(throws: WrongKeys.self) { try await installation.copy(keys: again) }
      let current = try await installation.asAdmin("SELECT count(*) FROM ohjaustila.master_key WHERE stage = 'current'")
      {
        try $0.get(0, as: Int.self)
      }
      #expect(current == [0])
    }
  }
}
