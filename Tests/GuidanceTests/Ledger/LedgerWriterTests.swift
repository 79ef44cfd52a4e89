import Foundation
import Lifecycle
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Guidance

/// Two databases with one ledger, which real backups make of one: each erases its own, and nothing of the other's.
@Suite struct LedgerWriterTests {
  /// A copy is tried out with the ledger of the original, which lives: the original finds out, erases nothing, and loses
  /// nothing. When the operator has said which goes on, also the backups of later years know.
  @Test func whatACopyErasesStaysInTheOriginal() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let (mine, theirs) = (try await cast.space(), try await cast.space())
      let backup = try await cast.installation.backup()
      try await cast.installation.withRestored(from: backup) { copy in
        #expect(try await copy.store.openLedger().trouble == nil)
        #expect(try cast.ledgerKinds == ["opened", "writer", "writer"])
        _ = try await copy.store.erase(theirs, by: officer)
        #expect(try await copy.store.sweep().destroyed == 1)

        _ = try await cast.store.erase(mine, by: officer)
        #expect(try await cast.store.sweep().destroyed == 0)
        try await expectSuperseded(cast)
        #expect(try await cast.store.space(theirs, for: cast.counsellor).state == .active)
        let asked = try #require(try await cast.store.claimLedger(nil))
        #expect(asked.isNeeded && asked.spaces == 1 && asked.entries == 5 && asked.seen == 2)
        await #expect(throws: LedgerTrouble.self) { try await cast.store.adoptLedger() }
        #expect(try cast.ledgerKinds.count == 5)

        #expect(try await cast.store.claimLedger(.keeping)?.spaces == 1)
        #expect(try cast.ledgerText.split(separator: "\n").last?.hasSuffix(" 2") == true)
        #expect(try await cast.store.claimLedger(nil)?.isNeeded == false)
        #expect(try await cast.store.sweep().destroyed == 1)
        #expect(cast.store.ledgerTrouble == nil)
        #expect(try await cast.store.space(theirs, for: cast.counsellor).state == .active)
        #expect(try await cast.store.verifyLedger().isGood)
        // Now it is the copy that finds that another writes.
        _ = try await copy.store.erase(mine, by: officer)
        #expect(try await copy.store.sweep().destroyed == 0)
        guard case .superseded? = copy.store.ledgerTrouble else { throw Unexpected(copy.store.ledgerTrouble) }
      }
      // What did not count then does not count for a backup that is brought back.
      try await cast.installation.withRestored(from: backup) { later in
        let opening = try await later.store.openLedger()
        #expect(opening.erasedAgain == 1)
        await #expect(throws: Refusal.notFound) { try await later.store.space(mine, for: cast.counsellor) }
        #expect(try await later.store.space(theirs, for: cast.counsellor).state == .active)
        #expect(try await later.store.verifyLedger().isGood)
      }
    }
  }

  private func expectSuperseded(_ cast: Cast) async throws {
    guard case .superseded(let database, let other, 3, _, _)? = cast.store.ledgerTrouble else {
      throw Unexpected(cast.store.ledgerTrouble)
    }
    #expect(database != other)
    let start = try await cast.installation.copy(openingLedger: false)
    await #expect { try await start.store.openLedger() } throws: { error in
      let text = "\(error)"
      return text.contains(database) && text.contains(other) && text.contains("ohjaustila ledger claim")
    }
    await start.shutdown()
  }

  /// The other database is gone, and this one is to stand in for it: what that one erased is erased here, too.
  @Test func theOldOneMayTakeOverAgain() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let (gone, kept) = (try await cast.space(), try await cast.space())
      try await cast.installation.withRestored(from: try await cast.installation.backup()) { copy in
        _ = try await copy.store.openLedger()
        _ = try await copy.store.erase(gone, by: officer)
        #expect(try await copy.store.sweep().destroyed == 1)
        #expect(try await cast.store.claimLedger(.erasing)?.spaces == 1)
        await #expect(throws: Refusal.notFound) { try await cast.store.space(gone, for: cast.counsellor) }
        #expect(try await cast.store.space(kept, for: cast.counsellor).state == .active)
        #expect(try await cast.store.sweep().destroyed == 1)
        #expect(try await cast.store.verifyLedger().isGood)
        _ = try await copy.store.sweep()
        guard case .superseded? = copy.store.ledgerTrouble else { throw Unexpected(copy.store.ledgerTrouble) }
      }
    }
  }

  /// Starts and copies of the service are one writer, however many.
  @Test func aRestartChangesNothing() async throws {
    try await Cast.with { cast in
      _ = try await cast.store.erase(try await cast.space(), by: try await cast.officer())
      for _ in 0..<2 {
        let copy = try await cast.installation.copy()
        _ = try await copy.store.sweep()
        _ = try await cast.store.sweep()
        await copy.shutdown()
      }
      #expect(try cast.ledgerKinds == ["opened", "writer", "intent", "done"])
      #expect(try await cast.store.claimLedger(.keeping)?.isNeeded == false)
      #expect(try cast.ledgerKinds.count == 4)
    }
  }

  /// A ledger and a database from before writers were named go on, and have one from then on.
  @Test func anOlderLedgerGoesOn() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      _ = try await cast.store.erase(try await cast.space(), by: officer)
      #expect(try await cast.store.sweep().destroyed == 1)
      var number = 0
      let lines = try cast.ledgerText.split(separator: "\n").filter { !$0.contains(" writer ") }.map { line in
        number += 1
        let words = line.split(separator: " ", maxSplits: 2)
        return "\(words[0]) \(number) \(words[2])"
      }
      try cast.rewriteLedger(lines.joined(separator: "\n"))
      let seen = try #require(try cast.ledgerText.split(separator: "\n").dropFirst().first?.prefix(64))
      try await cast.alter(
        "UPDATE ohjaustila.erasure_ledger SET writer = NULL, number = 2, hash = decode(\(String(seen)), 'hex')")
      let copy = try await cast.installation.copy(openingLedger: false)
      let opening = try await copy.store.openLedger()
      #expect(opening.trouble == nil && opening.erasedAgain == 0)
      #expect(try cast.ledgerKinds == ["opened", "intent", "done", "writer"])
      _ = try await copy.store.erase(try await cast.space(), by: officer)
      #expect(try await copy.store.sweep().destroyed == 1)
      #expect(try await copy.store.verifyLedger().isGood)
      await copy.shutdown()
    }
  }

  /// A restored database that was killed while it erased again, or before it remembered that it writes, does the rest.
  @Test func takingOverGoesOnWhereItWasCutOff() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let spaces = [try await cast.space(), try await cast.space()]
      let backup = try await cast.installation.backup()
      for space in spaces {
        _ = try await cast.store.erase(space, by: officer)
        #expect(try await cast.store.sweep().destroyed == 1)
      }
      try await cast.installation.withRestored(from: backup) { restored in
        let (found, me) = try await LedgerRow.readWithName(restored.store)
        let (row, ledger) = (try #require(found), try #require(restored.store.ledger))
        #expect(try await ledger.take(waiting: .zero))
        _ = try ledger.catchUp(gatheringBehind: row.number)
        let reader = ledger.state.withLock(\.reader)
        let erased = try #require(reader).erased
        try ledger.append(.writer(me), at: restored.store.clock.now, durably: true)
        let pen = LedgerPen(ledger, id: row.id, term: row.term, writer: me)
        #expect(erased.count == 2)
        #expect(try await restored.store.eraseAgain([erased[0]], pen) == 1)
        try await ledger.giveBack()

        let next = try await restored.copy(openingLedger: false)
        #expect(try await next.store.openLedger().erasedAgain == 1)
        #expect(try cast.ledgerKinds.suffix(5) == ["writer", "intent", "done", "intent", "done"])
        for space in spaces {
          await #expect(throws: Refusal.notFound) { try await next.store.space(space, for: cast.counsellor) }
        }
        #expect(try await next.store.openLedger().erasedAgain == 0)
        #expect(try await next.store.verifyLedger().isGood)
        await next.shutdown()
      }
    }
  }

  /// A copy with a ledger of its own; by mistake the original is given that, and told to adopt it.
  @Test func whatACopyErasedIsNotAdopted() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let space = try await cast.space()
      let backup = try await cast.installation.backup()
      let own = try cast.ledgerFiles.map { ($0, try Data(contentsOf: $0)) }
      for (file, _) in own { try FileManager.default.removeItem(at: file) }
      try await cast.installation.withRestored(from: backup) { copy in
        _ = try await copy.store.adoptLedger()
        _ = try await copy.store.openLedger()
        _ = try await copy.store.erase(space, by: officer)
        #expect(try await copy.store.sweep().destroyed == 1)
      }
      let kinds = try cast.ledgerKinds
      let folder = cast.installation.ledger.path
      let refusal = LedgerTrouble.anothers(spaces: 1, customers: 0, folder: folder)
      await #expect(throws: refusal) { try await cast.store.adoptLedger() }
      #expect(try cast.ledgerKinds == kinds)
      // Nor when its own name is there, too, and the last line is damaged.
      for (file, bytes) in own { try bytes.write(to: file) }
      try await cast.installation.withRestored(from: backup) { copy in
        _ = try await copy.store.openLedger()
        _ = try await copy.store.erase(space, by: officer)
        #expect(try await copy.store.sweep().destroyed == 1)
      }
      try cast.alterLedger { $0[$0.endIndex - 3] ^= 1 }
      await #expect(throws: refusal) { try await cast.store.adoptLedger() }
      // Whoever says so has it erased.
      #expect(try await cast.store.adoptLedger(takingInAnothers: true).onlyInLedger == 1)
      #expect(try await cast.store.openLedger().erasedAgain == 1)
    }
  }

  /// What an adoption after the backup has taken in is known to the database that is restored from it.
  @Test func aLaterAdoptionIsTheSameLine() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let space = try await cast.space()
      let backup = try await cast.installation.backup()
      _ = try await cast.store.erase(space, by: officer)
      #expect(try await cast.store.sweep().destroyed == 1)
      try cast.alterLedger { $0[$0.endIndex - 3] ^= 1 }
      _ = try await cast.store.adoptLedger()
      _ = try await cast.store.openLedger()
      try await cast.installation.withRestored(from: backup) { restored in
        let adoption = try await restored.store.adoptLedger()
        #expect(adoption.onlyInLedger == 1)
        #expect(try await restored.store.openLedger().erasedAgain == 1)
      }
    }
  }

  /// A copy of the files has the name of the original. Even if all it erased is one customer of several, it shows.
  @Test func aCopyOfTheFilesThatErasesACustomerIsFound() async throws {
    try await Cast.with { cast in
      let shared = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
      _ = try await cast.store.postMessage("Hei", to: shared, by: cast.customer(0))
      let place = try await cast.participation(0, in: shared)
      #expect(try await cast.store.sweep().destroyed == 0)
      let copy = ErasureLedger(folder: cast.installation.ledger.path)
      #expect(try await copy.take(waiting: .zero))
      _ = try copy.catchUp(gatheringBehind: 0)
      let now = cast.store.clock.now
      let gone = ErasedParticipant(space: shared, participant: place, messages: true, files: true, at: now)
      try copy.append(.participant(gone), at: now, durably: true)
      try await copy.giveBack()
      _ = try await cast.store.erase(try await cast.space(), by: try await cast.officer())
      #expect(try await cast.store.sweep().destroyed == 0)
      guard case .forked? = cast.store.ledgerTrouble else { throw Unexpected(cast.store.ledgerTrouble) }
    }
  }

  /// An empty database with the ledger of another does not take it over.
  @Test func aNewDatabaseDoesNotTakeALedgerOver() async throws {
    try await Cast.with { cast in
      let backup = try await cast.installation.backup()
      try await cast.installation.withRestored(from: backup) { new in
        _ = try await new.asAdmin("DELETE FROM ohjaustila.erasure_ledger") { _ in 0 }
        await #expect {
          try await new.store.openLedger()
        } throws: { error in
          guard case LedgerTrouble.superseded = error else { return false }
          return true
        }
        #expect(try cast.ledgerKinds == ["opened", "writer"])
      }
    }
  }

  private struct Unexpected: Error {
    let trouble: LedgerTrouble?
    init(_ trouble: LedgerTrouble?) { self.trouble = trouble }
  }
}
