import Foundation
import Postgres
import TestSupport
import Testing

/// Erasures over crashes and restored backups, with the real executable, pg_dump and pg_restore.
@Suite struct RestoreTests {
  /// The backup was made before the erasure, and put in place after it: nobody ever sees the space again.
  @Test(.timeLimit(.minutes(10))) func aRestoredBackupBringsNothingBack() async throws {
    try await Restored.with { house in
      var client = house.client()
      let (space, other) = try await house.furnish(&client)
      let backup = house.folder.appending(path: "backup")
      try Backup.dump(house.cluster.url(), to: backup)
      try await house.erase(space, &client)
      #expect(try await house.ledgerKinds().suffix(2) == ["intent", "done"])
      await house.stop()
      try await house.cluster.replace(by: backup)
      #expect(try await house.keys(of: space) == 1)

      // A line that was not finished is on top of it.
      try house.append("5f70bf18a0860070 5 2027-")
      try await house.start()
      let start = house.log
      #expect(start.contains("erasedAgain=1") && start.contains("bytes were cut off"))
      #expect(try await house.keys(of: space) == 0)
      client = house.client()
      for person in [Person.customer(0), .counsellor(0), .admin] {
        guard case .refused(let answer) = try await client.send(.get("/v1/spaces/\(space)"), as: person) else {
          Issue.record("\(person) still sees the space")
          continue
        }
        #expect(answer.status == 404)
      }
      _ = try await client.require(.get("/v1/spaces/\(other)"), as: .counsellor(0))
      try await eventually("the rows' end") {
        try await house.cluster.count("SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at IS NOT NULL") == 1
      }
      #expect(try await house.cluster.count("SELECT count(*) FROM ohjaustila.space WHERE id::text = \(space)") == 0)
      let kinds = try await house.journal(of: space)
      #expect(kinds.suffix(2) == ["erasedAgain", "destroyed"])
      let verified = try await house.run("ledger", "verify")
      #expect(verified.end == .exited(0) && verified.output.contains("the ledger is whole"), "\(verified.output)")
      let journals = try await house.run("journal", "verify")
      #expect(journals.end == .exited(0), "\(journals.output)")
      // The next start has nothing to do.
      await house.stop()
      try await house.start()
      #expect(house.log.contains("erasedAgain=0"))
    }
  }

  /// The files were copied while PostgreSQL was stopped. Brought back by recovering from the archive they are a new
  /// database, which takes over by itself; the one that it stands in for, and a copy that was just started, are refused.
  @Test(.timeLimit(.minutes(10))) func recoveredFilesTakeOver() async throws {
    try await Restored.with { house in
      var client = house.client()
      let (space, _) = try await house.furnish(&client)
      let (base, original) = (house.folder.appending(path: "base"), house.folder.appending(path: "original"))
      try await house.cluster.whileStopped { try Self.copy($0, to: base) }
      try await house.erase(space, &client)
      await house.stop()
      try await house.cluster.whileStopped { files in
        try FileManager.default.moveItem(at: files, to: original)
        try Self.copy(base, to: files)
        try Data().write(to: files.appending(path: "recovery.signal"))
        let settings = try FileHandle(forWritingTo: files.appending(path: "postgresql.auto.conf"))
        try settings.seekToEnd()
        try settings.write(contentsOf: Data("restore_command = 'false'\n".utf8))
        try settings.close()
      }
      #expect(try await house.keys(of: space) == 1)
      try await house.start()
      #expect(house.log.contains("erasedAgain=1"))
      #expect(try await house.keys(of: space) == 0)
      #expect(try await house.run("ledger", "verify").end == .exited(0))
      await house.stop()
      for files in [original, base] {
        try await house.cluster.whileStopped { now in
          try FileManager.default.removeItem(at: now)
          try Self.copy(files, to: now)
        }
        let refused = try await house.run("serve", "--port", "0")
        #expect(refused.end != .exited(0) && refused.output.contains("ohjaustila ledger claim"), "\(refused.output)")
        let asked = try await house.run("ledger", "claim")
        #expect(asked.end == .exited(1) && asked.output.contains("timeline 2"), "\(asked.output)")
      }
      // The operator says that the copy is to stand in for it.
      #expect(try await house.run("ledger", "claim", "--erase").end == .exited(0))
      #expect(try await house.keys(of: space) == 0)
      try await house.start()
    }
  }

  private static func copy(_ files: URL, to place: URL) throws {
    let copying = Process()
    copying.executableURL = URL(filePath: "/bin/cp")
    copying.arguments = ["--archive", files.path, place.path]
    try copying.run()
    copying.waitUntilExit()
    try #require(copying.terminationStatus == 0)
  }

  /// A command that only looks erases again before it looks, too; and a lost ledger stops both.
  @Test(.timeLimit(.minutes(10))) func commandsCompareToo() async throws {
    try await Restored.with { house in
      var client = house.client()
      let (space, _) = try await house.furnish(&client)
      let backup = house.folder.appending(path: "backup")
      try Backup.dump(house.cluster.url(), to: backup)
      try await house.erase(space, &client)
      await house.stop()
      try await house.cluster.replace(by: backup)
      let verified = try await house.run("ledger", "verify")
      #expect(verified.end == .exited(1) && verified.output.contains("erased and still in the database: 1"))
      #expect(try await house.keys(of: space) == 1)
      let forecast = try await house.run("forecast")
      #expect(forecast.end == .exited(0) && forecast.output.contains("erased again"), "\(forecast.output)")
      #expect(try await house.keys(of: space) == 0)

      try FileManager.default.moveItem(at: house.ledger, to: house.folder.appending(path: "elsewhere"))
      for command in ["serve", "sweep", "forecast"] {
        let refused = try await house.run(command)
        #expect(refused.end != .exited(0) && refused.output.contains("ohjaustila ledger adopt"), "\(refused.output)")
      }
      // A master that a restored database misses is given up before there is a ledger again.
      let masters = try await house.run("keys", "list")
      #expect(masters.end == .exited(0) && masters.output.contains("current"), "\(masters.output)")
      let adopted = try await house.run("ledger", "adopt")
      #expect(adopted.end == .exited(0) && adopted.output.contains("1 erased spaces"), "\(adopted.output)")
      #expect(try await house.run("sweep").end == .exited(0))
    }
  }

  /// Killed with the intent on the disk. Its transaction goes with it, or commits behind its back: either way the next
  /// start knows what came of it.
  @Test(.timeLimit(.minutes(10)), arguments: [false, true])
  func killedBetweenIntentAndDone(_ commits: Bool) async throws {
    try await Restored.with { house in
      var client = house.client()
      let (space, _) = try await house.furnish(&client)
      try await house.decide(space, &client)
      // The transaction's last statement waits for this row, behind the intent.
      let lock = try await AdminLock(house.cluster, "SELECT FROM ohjaustila.erasure_ledger FOR UPDATE")
      let sweep = try house.program.start(["sweep"] + house.options, log: "killed.log")
      try await eventually("the intent") { try await house.ledgerKinds().last == "intent" }
      try await eventually("a transaction that waits") { try await house.cluster.waiting() == 1 }
      #expect(sweep.kill())
      _ = await sweep.end()
      if !commits {
        _ = try await house.cluster.ask(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        ) { _ in }
        try await eventually("its end") { try await house.cluster.waiting() == 0 }
      }
      // The next start comes while the dead process's transaction may still be under way.
      async let starting: Void = house.start()
      try await Task.sleep(for: .milliseconds(500))
      try await lock.release()
      try await starting
      let outcome = try await house.ledgerKinds()
      #expect(outcome.prefix(4) == ["opened", "writer", "intent", commits ? "done" : "dropped"])
      // Policy and database decide: the space's time is over, so it goes now.
      try await eventually("the erasure") {
        try await house.cluster.count("SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at IS NOT NULL") == 1
      }
      let all = try await house.ledgerKinds()
      #expect(commits ? all.count == 4 : all.suffix(2) == ["intent", "done"])
      #expect(try await house.run("ledger", "verify").end == .exited(0))
    }
  }

  /// The disk is full in the middle of an intent: nothing is erased, all else goes on, and later so do erasures.
  @Test(.timeLimit(.minutes(10))) func aFullDiskErasesNothing() async throws {
    try await Restored.with { house in
      var client = house.client()
      let (space, _) = try await house.furnish(&client)
      try await house.decide(space, &client)
      let size = try Data(contentsOf: try #require(try house.ledgerFiles().last)).count
      // No file may grow beyond this: part of the line fits.
      let swept = try await house.run("sweep", fileLimit: size + 100)
      #expect(swept.output.contains("nothing is erased") && swept.output.contains("File too large"), "\(swept.output)")
      #expect(try await house.keys(of: space) == 1)
      #expect(try Data(contentsOf: try #require(try house.ledgerFiles().last)).count == size)
      #expect(try await house.run("sweep").end == .exited(0))
      #expect(try await house.keys(of: space) == 0)
      #expect(try await house.run("ledger", "verify").end == .exited(0))

      // No room for what became of an erasure that was cut off: that stops nothing but erasures either.
      let file = try #require(try house.ledgerFiles().last)
      let cut = Data(try Data(contentsOf: file).split(separator: 10).dropLast().joined(separator: [10])) + [10]
      try cut.write(to: file)
      let again = try await house.run("sweep", fileLimit: cut.count + 20)
      #expect(again.end == .exited(0) && again.output.contains("nothing is erased"), "\(again.output)")
      #expect(try await house.ledgerKinds().last == "intent")
      #expect(try await house.run("sweep").end == .exited(0))
      #expect(try await house.ledgerKinds().last == "done")
    }
  }
}
