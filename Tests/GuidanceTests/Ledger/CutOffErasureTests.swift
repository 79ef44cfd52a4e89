import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// A process that dies between intent, commit and done; and databases that come back from a backup.
@Suite struct CutOffErasureTests {
  private func due(_ cast: Cast) async throws -> ID<Space> {
    let space = try await cast.space()
    try await cast.store.moveClock(to: try await cast.timeline(of: space).erases)
    return space
  }

  /// The intent is there and the commit never came: nothing is erased because of it.
  @Test func anIntentAloneErasesNothing() async throws {
    try await Cast.with { cast in
      let space = try await due(cast)
      let pen = try #require(try await cast.store.takeLedger())
      _ = try pen.intend([space], at: cast.store.clock.now)
      try await pen.giveBack()
      let copy = try await cast.installation.copy()
      #expect(try cast.ledgerKinds == ["opened", "writer", "intent", "dropped"])
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space_secret WHERE space_id = \(space)") == 1)
      #expect(try await cast.count("SELECT term FROM ohjaustila.erasure_ledger") == 2)
      await copy.shutdown()
    }
  }

  /// The intent is on the disk, its end is not, and the database was restored from before the erasure was even due: it
  /// can't tell what came of it, and what was to be erased does not come back.
  @Test func anIntentThatTheDatabaseIsTooOldForIsCarriedOut() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let (space, kept) = (try await cast.space(), try await cast.space())
      let backup = try await cast.installation.backup()
      _ = try await cast.store.erase(space, by: officer)
      #expect(try await cast.store.sweep().destroyed == 1)
      try cast.alterLedger { $0 = $0.dropLast(20) }
      try await cast.installation.withRestored(from: backup) { restored in
        #expect(try await restored.store.openLedger().erasedAgain == 1)
        #expect(try cast.ledgerKinds == ["opened", "writer", "intent", "writer", "done", "intent", "done"])
        let left = try await restored.asAdmin("SELECT space_id FROM ohjaustila.space_secret") {
          try $0.get(0, as: ID<Space>.self)
        }
        #expect(left == [kept])
        #expect(try await restored.store.verifyLedger().isGood)
      }
    }
  }

  /// It committed and died: the next one finds the tombstone and writes it down.
  @Test func aCommitWithoutItsDoneIsDone() async throws {
    try await Cast.with { cast in
      _ = try await due(cast)
      let pen = try #require(try await cast.store.takeLedger())
      let batch = SweepBatch(store: cast.store, mayDestroy: true, pen: pen)
      _ = try await batch.run()
      try await pen.giveBack()
      try cast.alterLedger { data in
        let lines = data.split(separator: 10).dropLast()
        data = Data(lines.joined(separator: [10])) + [10]
      }
      #expect(try cast.ledgerKinds == ["opened", "writer", "intent"])
      let copy = try await cast.installation.copy()
      #expect(try cast.ledgerKinds == ["opened", "writer", "intent", "done"])
      #expect(try await copy.store.sweep().destroyed == 1)
      await copy.shutdown()
    }
  }

  /// A dead process's transaction that is still under way can't commit any more once its intent was decided on.
  @Test func nobodyCommitsBehindADecision() async throws {
    try await Cast.with { cast in
      let space = try await due(cast)
      let old = try #require(try await cast.store.takeLedger())
      let intent = try old.intend([space], at: cast.store.clock.now)
      try await old.giveBack()
      let copy = try await cast.installation.copy()
      #expect(try cast.ledgerKinds == ["opened", "writer", "intent", "dropped"])
      await #expect(throws: PostgresError.self) {
        try await cast.store.scheduler.write(preamble: [cast.store.stating(nil)]) { transaction in
          try Erasure.enqueue([space], in: intent.batch, masters: [], on: transaction)
          try old.seal(intent.entry, on: transaction)
        }
      }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.tombstone") == 0)
      #expect(try await copy.store.sweep().destroyed == 1)
      #expect(try cast.ledgerKinds.suffix(2) == ["intent", "done"])
      await copy.shutdown()
    }
  }

  /// Spaces come back as a backup has them, in every state and under hold and restriction, and are erased again before
  /// anybody sees them; nobody is told twice.
  @Test func whatABackupBringsBackIsErasedAgain() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let kept = try await cast.space()
      let spaces = [try await cast.space(), try await cast.space(by: cast.colleague), try await cast.space()]
      let customer = try await cast.customer()
      _ = try await cast.store.postMessage("Hei", to: spaces[0], by: customer)
      _ = try await cast.store.restrict(spaces[1], by: officer)
      let backup = try await cast.installation.backup()
      _ = try await cast.store.liftRestriction(of: spaces[1], by: officer)
      for space in spaces { _ = try await cast.store.erase(space, by: officer) }
      #expect(try await cast.store.sweep().destroyed == 3)

      try await cast.installation.withRestored(from: backup) { restored in
        let opening = try await restored.store.openLedger()
        #expect(opening.erasedAgain == 3 && opening.trouble == nil)
        for space in spaces {
          await #expect(throws: Refusal.notFound) { try await restored.store.space(space, for: customer) }
          await #expect(throws: Refusal.notFound) { try await restored.store.space(space, for: officer) }
          await #expect(throws: Refusal.notFound) { try await restored.store.space(space, for: cast.admin) }
        }
        let keys = try await restored.asAdmin("SELECT count(*) FROM ohjaustila.space_secret") {
          try $0.get(0, as: Int.self)
        }
        #expect(keys == [1])
        #expect(try await restored.store.space(kept, for: customer).state == .active)
        let report = try await restored.store.sweep()
        #expect(report.destroyed == 3 && report.notices == 0 && report.crossed == [:])
        for space in spaces {
          let chain = try await Chain.verify(space, in: restored)
          #expect(chain.kinds.suffix(2) == ["erasedAgain", "destroyed"])
          let left = try await restored.asAdmin("SELECT count(*) FROM ohjaustila.outbox WHERE space_id = \(space)") {
            try $0.get(0, as: Int.self)
          }
          #expect(left == [0])
        }
        let odd = try await restored.asAdmin(
          """
          SELECT count(*) FROM ohjaustila.tombstone WHERE erased_at < erases_at OR erases_at = 'infinity'
            OR destroyed_at IS NULL OR ledger_batch IS NULL
          """
        ) { try $0.get(0, as: Int.self) }
        #expect(odd == [0])
        #expect(try await restored.store.verifyLedger().isGood)
        // The next start finds nothing to do.
        let again = try await restored.copy(openingLedger: false)
        #expect(try await again.store.openLedger().erasedAgain == 0)
        await again.shutdown()
      }
    }
  }

  /// The ledger is damaged where it speaks of what the backup brings back: nothing is served that it may hide. A database
  /// that has seen the entry needs it for nothing.
  @Test func aBreakThatMayHideAnErasureStopsTheStart() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let space = try await cast.space()
      let backup = try await cast.installation.backup()
      _ = try await cast.store.erase(space, by: officer)
      #expect(try await cast.store.sweep().destroyed == 1)
      let whole = try cast.ledgerText
      let damaged = whole.replacing("\(space)", with: "\(ID<Space>.make())")
      try cast.alterLedger { $0 = Data(damaged.utf8) }
      try await cast.installation.withRestored(from: backup) { restored in
        await #expect {
          try await restored.store.openLedger()
        } throws: { error in
          guard case LedgerTrouble.broken(let found) = error else { return false }
          return found.after == 2
        }
        try cast.alterLedger { $0 = Data(whole.utf8) }
        #expect(try await restored.store.openLedger().erasedAgain == 1)
      }
      try cast.alterLedger { $0 = Data(damaged.utf8) }
      let copy = try await cast.installation.copy(openingLedger: false)
      #expect(try await copy.store.openLedger().trouble != nil)
      await copy.shutdown()
    }
  }

  /// An adoption that was cut off when the old ledger had been moved aside and the new one was not written: the next one
  /// knows what the old one knew.
  @Test func anAdoptionThatWasCutOffLosesNothing() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let space = try await cast.space()
      let backup = try await cast.installation.backup()
      _ = try await cast.store.erase(space, by: officer)
      #expect(try await cast.store.sweep().destroyed == 1)
      let aside = cast.installation.ledger.appending(path: "set-aside-1")
      try FileManager.default.createDirectory(at: aside, withIntermediateDirectories: false)
      for file in try cast.ledgerFiles {
        try FileManager.default.moveItem(at: file, to: aside.appending(path: file.lastPathComponent))
      }
      try await cast.installation.withRestored(from: backup) { restored in
        let adoption = try await restored.store.adoptLedger()
        #expect(try adoption.onlyInLedger == 1 && cast.ledgerKinds == ["opened", "adopted"])
        #expect(try await restored.store.openLedger().erasedAgain == 1)
      }
    }
  }

  private struct Unexpected: Error {}

  /// Files are put in place under a service that goes on running: its next sweep sees that the database has gone back.
  @Test func aDatabaseThatGoesBackIsNoticed() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let space = try await cast.space()
      let pages = try await cast.installation.asAdmin("SELECT number, hash FROM ohjaustila.erasure_ledger") {
        (try $0.get(0, as: Int.self), try $0.get(1, as: Bytea.self))
      }
      let (number, hash) = try #require(pages.first)
      _ = try await cast.store.erase(space, by: officer)
      #expect(try await cast.store.sweep().destroyed == 1)
      // As a backup would have it: what the ledger calls erased lives, and the database has seen less.
      let other = try await cast.space()
      let erased = try cast.ledgerText.replacing("\(space)", with: "\(other)")
      try cast.rewriteLedger(erased)
      try await cast.alter("UPDATE ohjaustila.erasure_ledger SET number = \(number), hash = \(hash)")
      #expect(try await cast.store.sweep().destroyed == 0)
      guard case .forked(_, let seen, _)? = cast.store.ledgerTrouble else { throw Unexpected() }
      #expect(seen == number)
      // It may be a copy of the files beside the one that they were copied from: nobody but the operator knows.
      #expect(try await cast.store.space(other, for: cast.counsellor).state == .active)
      let claim = try #require(try await cast.store.claimLedger(.erasing))
      #expect(claim.isNeeded && claim.spaces == 1 && claim.seen == number)
      await #expect(throws: Refusal.notFound) { try await cast.store.space(other, for: cast.counsellor) }
      #expect(try await cast.store.sweep().destroyed == 1)
      #expect(cast.store.ledgerTrouble == nil)
    }
  }
}
