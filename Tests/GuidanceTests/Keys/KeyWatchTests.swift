import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// No master is used before every running copy has it.
@Suite struct KeyWatchTests {
  @Test func aCopyWithoutTheMasterHoldsUpTheChange() async throws {
    try await KeyBox.with { box in
      let spaces = try await box.furnish(2)
      let folder = try box.secondFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let copy = try await box.cast.installation.copy(keys: KeyRing.load(folder: folder, creating: false))
      let watch = KeyWatch(store: copy.store, name: "toinen/1")
      try await watch.enter()
      await #expect(throws: RotationObstacle.self) { try await box.store.rotateMaster(patience: .milliseconds(400)) }
      let announced = try #require(
        try await box.store.masters().first { if case .living(.announced, _) = $0.standing { true } else { false } })
      #expect(announced.heldBy == [] && announced.isHere)
      // Nothing is wrapped under it, and all copies go on, also one that starts now without it.
      #expect(try await box.rows(under: announced.id) == 0)
      try await box.check(spaces, on: copy.store)
      try await copy.store.checkDatabase()
      #expect(await copy.store.readiness() == .ready)

      // The key is brought to the other machine.
      let name = "/master-\(announced.id).key"
      try FileManager.default.copyItem(atPath: box.folder + name, toPath: folder + name)
      try await watch.look()
      let rotation = Task { try await box.store.rotateMaster(patience: .seconds(30)) }
      let report = try await Self.following(watch, rotation)
      #expect(report.master == announced.id && report.left == 0 && report.retired == [box.old])
      #expect(copy.store.keys.currentMaster == announced.id)
      try await box.check(spaces, on: copy.store)
      await copy.shutdown()
    }
  }

  /// A copy that slept through everything, on a machine that nobody brought the key to: it can't open, and says so.
  @Test func aCopyThatWasAwaySaysThatItIsNotReady() async throws {
    try await KeyBox.with { box in
      let spaces = try await box.furnish(1)
      let folder = try box.secondFolder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let copy = try await box.cast.installation.copy(keys: KeyRing.load(folder: folder, creating: false))
      let watch = KeyWatch(store: copy.store, name: "toinen/1")
      try await watch.enter()
      try await box.cast.alter(
        "UPDATE ohjaustila.key_holder SET seen_at = seen_at - interval '16 seconds'")
      let new = try await box.store.rotateMaster().master
      await #expect(throws: UnwrapError.unknownMaster(new)) {
        try await copy.store.space(spaces[0], for: box.cast.counsellor)
      }
      try await watch.look()
      #expect(await copy.store.readiness() == .keysMissing([new]))
      await #expect(throws: WrongKeys.missing(kind: "master", id: new.text)) {
        try await KeyWatch(store: copy.store, name: "toinen/2").enter()
      }
      let name = "/master-\(new).key"
      try FileManager.default.copyItem(atPath: box.folder + name, toPath: folder + name)
      // At hand from the moment that it is in the folder, before anybody looks.
      try await box.check(spaces, on: copy.store)
      try await watch.look()
      #expect(await copy.store.readiness() == .ready)
      await copy.shutdown()
    }
  }

  /// A copy that was killed could not say that it left: a later one forgets it.
  @Test func whoWasKilledIsForgotten() async throws {
    try await KeyBox.with { box in
      try await KeyWatch(store: box.store, name: "tapettu").enter()
      #expect(try await box.store.runningHolders().map(\.name) == ["tapettu"])
      try await box.cast.alter("UPDATE ohjaustila.key_holder SET seen_at = seen_at - interval '61 minutes'")
      #expect(try await box.store.runningHolders() == [])
      let next = KeyWatch(store: box.store, name: "seuraava")
      try await next.enter()
      #expect(try await box.cast.count("SELECT count(*) FROM ohjaustila.key_holder") == 1)
      await next.leave()
      #expect(try await box.cast.count("SELECT count(*) FROM ohjaustila.key_holder") == 0)
    }
  }

  /// A file that vanished by mistake takes nothing from those who run.
  @Test func theLastCopyInMemoryIsKept() async throws {
    try await KeyBox.with { box in
      let spaces = try await box.furnish(1)
      let watch = KeyWatch(store: box.store, name: "ainoa")
      try await watch.enter()
      try FileManager.default.removeItem(atPath: box.folder + "/master-\(box.old).key")
      try await watch.look()
      try await box.check(spaces)
      #expect(await box.store.readiness() == .ready)
    }
  }

  /// The same pages are read by a copy with the folder while another rotates: it never fails to open.
  @Test func copiesWithOneFolderNoticeNothing() async throws {
    try await KeyBox.with { box in
      let spaces = try await box.furnish(3)
      let copy = try await box.cast.installation.copy(keys: KeyRing.load(folder: box.folder, creating: false))
      // Does not look at all: what is wrapped under the new master opens all the same.
      let reading = Task {
        var rounds = 0
        while !Task.isCancelled {
          try await box.check(spaces, on: copy.store)
          rounds += 1
        }
        return rounds
      }
      for _ in 0..<5 { #expect(try await box.store.rotateMaster().left == 0) }
      reading.cancel()
      do { #expect(try await reading.value > 0) } catch is CancellationError {}
      await copy.shutdown()
    }
  }

  private static func following(
    _ watch: KeyWatch, _ rotation: Task<RotationReport, any Error>
  ) async throws -> RotationReport {
    let looking = Task {
      while !Task.isCancelled {
        try await watch.look()
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    defer { looking.cancel() }
    return try await rotation.value
  }
}
