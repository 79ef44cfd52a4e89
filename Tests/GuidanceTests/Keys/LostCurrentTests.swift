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
      guard case .destroyed = try await installation.store.destroyMaster(old) else {
        Issue.record("not destroyed")
        return
      }
      // As a copy of the folder has it that was put back in part.
      let named = try FileHandle(forWritingTo: URL(filePath: path + "/current"))
      try named.truncate(atOffset: 0)
      try named.write(contentsOf: Data("ohjaustila-current 1 \(old)\n".utf8))
      try named.close()
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
