import Foundation
import Guidance
import Postgres
import TestSupport
import Testing
import Vault

/// Rotations and destructions that are killed as power cuts do, at every step and anywhere.
@Suite struct KilledRotationTests {
  /// Killed at random moments until one comes through: one new master a rotation, and no key is lost.
  @Test(.timeLimit(.minutes(10))) func aKilledRotationGoesOn() async throws {
    try await KeyedService.with(copies: 1) { service in
      var random = SplitMix64(seed: Plan.seed)
      print("killed rotations: OHJAUSTILA_SEED=\(Plan.seed)")
      try await service.seed(20_000)
      var kills = 0
      for rotation in 0..<3 {
        let old = try await service.current()
        var finished = false
        while !finished {
          let run = try service.startKeys("rotate", log: "rotate-\(rotation)-\(kills).log")
          // Some are killed, wherever they are; the one after that comes through.
          if kills < 4 * (rotation + 1) {
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...1500, using: &random)))
            if run.kill() { kills += 1 }
          }
          finished = await run.end() == .exited(0)
        }
        // A rotation that had come to its end when it was killed, too early to say so, may be followed by another.
        #expect(try await service.rows(under: old) == 0)
        try await service.checkSeeds()
        #expect(
          try await service.cluster.count("SELECT count(*) FROM ohjaustila.master_key WHERE stage = 'retiring'") == 0)
        #expect(try await service.cluster.count("SELECT count(*) FROM ohjaustila.space_secret") == 20_000)
      }
      print("killed rotations: \(kills) kills")
      #expect(kills > 0)
    }
  }

  /// Killed when the new master was current and not one key was wrapped anew.
  @Test(.timeLimit(.minutes(10))) func killedBeforeTheFirstKey() async throws {
    try await KeyedService.with(copies: 1) { service in
      try await service.seed(100)
      let old = try await service.current()
      try await service.holding("LOCK TABLE ohjaustila.space_secret IN EXCLUSIVE MODE") {
        let run = try service.startKeys("rotate", log: "rotate-held.log")
        try await eventually("a new current master") { try await service.current() != old }
        try await service.waiting()
        #expect(run.kill())
        _ = await run.end()
      }
      let new = try await service.current()
      #expect(try await service.rows(under: old) == 100)
      let finished = try await service.keys("rotate")
      #expect(finished.end == .exited(0) && finished.output.contains("finished the rotation to \(new)"))
      #expect(try await service.current() == new)
      try await service.checkSeeds()
    }
  }

  /// Killed between the database, the file and the record: the same command ends it from each of these places, and the
  /// service starts in each.
  @Test(.timeLimit(.minutes(10))) func aKilledDestructionGoesOn() async throws {
    try await KeyedService.with(copies: 1) { service in
      try await service.seed(100)
      // The file is gone, and it is not recorded yet.
      let first = try await service.current()
      #expect(try await service.keys("rotate").end == .exited(0))
      try await service.holding("SELECT FROM ohjaustila.key_fingerprint WHERE id = \(first) FOR UPDATE") {
        let run = try service.startKeys("destroy", first, log: "destroy-held.log")
        try await eventually("the end of the file") { !service.hasFile(first) }
        try await service.waiting()
        #expect(run.kill())
        _ = await run.end()
      }
      #expect(try await !service.isDestroyed(first))
      try await service.restarts()
      #expect(try await service.keys("destroy", first).end == .exited(0))
      #expect(try await service.isDestroyed(first))

      // The database has given it up, and the file is there.
      let second = try await service.current()
      #expect(try await service.keys("rotate").end == .exited(0))
      _ = try await service.cluster.ask("DELETE FROM ohjaustila.master_key WHERE id = \(second)") { _ in 0 }
      try await service.restarts()
      #expect(service.hasFile(second))
      #expect(try await service.keys("destroy", second).end == .exited(0))
      #expect(try await service.isDestroyed(second) && !service.hasFile(second))
      try await service.restarts()
      try await service.checkSeeds()
    }
  }

  /// Killed anywhere at random.
  @Test(.timeLimit(.minutes(10))) func aDestructionKilledAnywhereGoesOn() async throws {
    try await KeyedService.with(copies: 1) { service in
      var random = SplitMix64(seed: Plan.seed)
      var kills = 0
      for turn in 0..<4 {
        let old = try await service.current()
        #expect(try await service.keys("rotate").end == .exited(0))
        for attempt in 0..<4 {
          let run = try service.startKeys("destroy", old, log: "destroy-\(turn)-\(attempt).log")
          try await Task.sleep(for: .milliseconds(Int.random(in: 10...400, using: &random)))
          if run.kill() { kills += 1 }
          _ = await run.end()
          // What is recorded as destroyed is gone.
          let isGone = !service.hasFile(old)
          #expect(try await !service.isDestroyed(old) || isGone)
        }
        let ended = try await service.keys("destroy", old)
        #expect(ended.end == .exited(0), "\(ended.output)")
        #expect(try await service.isDestroyed(old) && !service.hasFile(old))
      }
      print("killed destructions: \(kills) kills, OHJAUSTILA_SEED=\(Plan.seed)")
      let names = try FileManager.default.contentsOfDirectory(atPath: service.keyFolder())
      #expect(!names.contains { $0.hasPrefix(".destroyed-") })
      try await service.restarts()
    }
  }
}

extension KeyedService {
  /// Holds a lock as the superuser meanwhile.
  fileprivate func holding(_ lock: Query, _ body: () async throws -> Void) async throws {
    let held = try await AdminLock(cluster, lock)
    try await carryOut(body, finally: held.release)
  }

  /// Waits until somebody waits for a lock.
  fileprivate func waiting() async throws {
    try await eventually("somebody who waits") { try await cluster.waiting() > 0 }
  }
}
