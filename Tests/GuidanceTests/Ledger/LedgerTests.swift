import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// The ledger beside a real database: what it says, whom it believes, and what is refused.
@Suite struct LedgerTests {
  /// A space whose time is over, not swept yet.
  private func due(_ cast: Cast) async throws -> ID<Space> {
    let space = try await cast.space()
    try await cast.store.moveClock(to: try await cast.timeline(of: space).erases)
    return space
  }

  private func open(_ cast: Cast) async throws -> LedgerOpening {
    let copy = try await cast.installation.copy(openingLedger: false)
    do {
      let opening = try await copy.store.openLedger()
      await copy.shutdown()
      return opening
    } catch {
      await copy.shutdown()
      throw error
    }
  }

  @Test func anErasureIsWrittenDownBeforeAndAfter() async throws {
    try await Cast.with { cast in
      let space = try await due(cast)
      #expect(try await cast.store.sweep().destroyed == 1)
      #expect(try cast.ledgerKinds == ["opened", "writer", "intent", "done"])
      #expect(try cast.ledgerText.contains("\(space)"))
      let seen = try await cast.count("SELECT number FROM ohjaustila.erasure_ledger")
      #expect(seen == 3)
      // Sweeps that erase nothing write nothing.
      _ = try await cast.store.sweep()
      #expect(try cast.ledgerKinds.count == 4)
      let found = try await cast.store.verifyLedger()
      #expect(found.isGood && found.entries == 4 && found.erased == 1 && found.open == 0)
      // Identifiers and instants only.
      for line in try cast.ledgerText.split(separator: "\n") {
        let isPlain = line.allSatisfy { $0.isASCII && ($0.isHexDigit || "- :TZ.openeddoneintentwriter".contains($0)) }
        #expect(isPlain, "\(line)")
      }
    }
  }

  /// Of two copies each erases what it finds first, and the ledger has it once.
  @Test func copiesTakeTurns() async throws {
    try await Cast.with { cast in
      let other = try await cast.installation.copy()
      var spaces: [ID<Space>] = []
      for _ in 0..<6 { spaces.append(try await cast.space()) }
      try await cast.store.moveClock(to: try await cast.timeline(of: spaces[5]).erases)
      async let first = cast.store.sweep()
      async let second = other.store.sweep()
      var report = try await first
      report += try await second
      #expect(report.crossed[.erased] == 6 && report.destroyed == 6)
      for space in spaces { #expect(try cast.ledgerText.components(separatedBy: "\(space)").count == 2) }
      #expect(try await cast.store.verifyLedger().isGood)
      await other.shutdown()
    }
  }

  /// While another process has the ledger, everything but erasures goes on; nothing is lost and nobody spins.
  @Test func whoHasNoLedgerLeavesErasures() async throws {
    try await Cast.with { cast in
      let old = try await due(cast)
      let young = try await cast.space()
      let moment = try await cast.timeline(of: young).closes
      try await cast.store.moveClock(to: moment)
      let holder = ErasureLedger(folder: cast.installation.ledger.path)
      #expect(try await holder.take(waiting: .zero))
      let begin = ContinuousClock.now
      let report = try await cast.store.sweep()
      #expect(ContinuousClock.now - begin > .seconds(1))
      #expect(report.crossed == [.reactivatable: 1] && report.destroyed == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space_secret WHERE space_id = \(old)") == 1)
      await #expect(throws: Refusal.notFound) { try await cast.store.space(old, for: cast.counsellor) }
      try await holder.giveBack()
      #expect(try await cast.store.sweep().crossed[.erased] == 1)
    }
  }

  /// The power went while a line was being written: nothing depended on it.
  @Test(arguments: ["", "0", "000000", "\u{0}\u{0}\u{0}\n", String(repeating: "ab", count: 40) + " 5 2027-01-15T0"])
  func aTornLineIsCutOff(_ rest: String) async throws {
    try await Cast.with { cast in
      _ = try await due(cast)
      _ = try await cast.store.sweep()
      let whole = try cast.ledgerText
      try cast.alterLedger { $0.append(contentsOf: rest.utf8) }
      #expect(try await open(cast).trouble == nil)
      #expect(try cast.ledgerText == whole)
      _ = try await due(cast)
      #expect(try await cast.store.sweep().destroyed == 1)
      #expect(try await cast.store.verifyLedger().isGood)
    }
  }

  /// A last line that is whole and has another byte was damaged after it was written: what it said may matter.
  @Test func aDamagedLastLineIsNotCutOff() async throws {
    try await Cast.with { cast in
      _ = try await due(cast)
      _ = try await cast.store.sweep()
      try cast.alterLedger { $0[$0.endIndex - 3] ^= 1 }
      let damaged = try cast.ledgerText
      await #expect { try await open(cast) } throws: { error in
        guard case LedgerTrouble.broken(let found) = error else { return false }
        return found.after == 3
      }
      #expect(try cast.ledgerText == damaged)
      guard case .broken? = try await cast.store.verifyLedger().trouble else { throw Unexpected(trouble: nil) }
    }
  }

  /// The last line is torn off though the database has seen what came before it: then entries are missing.
  @Test func aShorterLedgerErasesNothing() async throws {
    try await Cast.with { cast in
      _ = try await due(cast)
      _ = try await cast.store.sweep()
      try cast.alterLedger { data in
        let lines = data.split(separator: 10)
        data = Data(lines[0]) + [10]
      }
      let opening = try await open(cast)
      #expect(opening.trouble == .shorter(entries: 1, seen: 3, folder: cast.installation.ledger.path))
      let copy = try await cast.installation.copy()
      let space = try await due(cast)
      let young = try await cast.space()
      try await cast.store.moveClock(to: try await cast.timeline(of: young).closes)
      let report = try await copy.store.sweep()
      #expect(report.destroyed == 0 && report.crossed == [.reactivatable: 1])
      #expect(copy.store.ledgerTrouble?.description.contains("ends with entry 1, and the database has seen 3") == true)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space_secret WHERE space_id = \(space)") == 1)
      // Who was running when it became shorter knew more of it, and sees that it is gone.
      #expect(try await cast.store.sweep().destroyed == 0)
      #expect(cast.store.ledgerTrouble == copy.store.ledgerTrouble && cast.store.ledgerTrouble != nil)
      // What waits for the operator makes nobody sweep again and again.
      #expect(try #require(try await copy.store.nextDue()) > copy.store.clock.now)
      // The operator decides: a new one, from what is known.
      let adoption = try await copy.store.adoptLedger()
      #expect(adoption.erased == 1 && adoption.onlyInLedger == 0 && adoption.setAside != nil)
      #expect(try await open(cast).trouble == nil)
      #expect(try await copy.store.sweep().destroyed == 1)
      #expect(try await copy.store.verifyLedger().isGood)
      await copy.shutdown()
    }
  }

  /// One byte in the middle: named, and nothing is erased until somebody has decided.
  @Test func aBrokenChainIsNamed() async throws {
    try await Cast.with { cast in
      _ = try await due(cast)
      _ = try await cast.store.sweep()
      try cast.alterLedger { data in
        let second = (data.firstIndex(of: 10) ?? 0) + 100
        data[second] ^= 1
      }
      let broken = try cast.ledgerText
      let trouble = try #require(try await open(cast).trouble)
      guard case .broken(let found) = trouble else { throw Unexpected(trouble: trouble) }
      #expect(found.after == 1 && found.file.hasPrefix("erasures-"))
      let copy = try await cast.installation.copy()
      let space = try await due(cast)
      #expect(try await copy.store.sweep().destroyed == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space_secret WHERE space_id = \(space)") == 1)
      #expect(try await copy.store.verifyLedger().trouble == trouble)
      // Nothing was cut off behind the break: the operator has all there is.
      #expect(try cast.ledgerText == broken)
      await copy.shutdown()
    }
  }

  @Test func aLostLedgerStopsTheStart() async throws {
    try await Cast.with { cast in
      _ = try await due(cast)
      _ = try await cast.store.sweep()
      for file in try cast.ledgerFiles { try FileManager.default.removeItem(at: file) }
      await #expect { try await open(cast) } throws: { error in
        guard case LedgerTrouble.lost = error else { return false }
        return "\(error)".contains("ohjaustila ledger adopt")
      }
      // Who was running erases nothing any more either.
      let space = try await due(cast)
      #expect(try await cast.store.sweep().destroyed == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space_secret WHERE space_id = \(space)") == 1)
      #expect(try await cast.store.adoptLedger().erased == 1)
      #expect(try await open(cast).trouble == nil)
      #expect(try await cast.store.sweep().destroyed == 1)
    }
  }

  /// A second ledger, of another machine: it can't get in beside the one the database knows.
  @Test func anotherLedgerIsRefused() async throws {
    try await Cast.with { cast in
      try await TestInstallation.with { other in
        let known = try cast.ledgerFiles
        for file in known { try FileManager.default.removeItem(at: file) }
        for name in try FileManager.default.contentsOfDirectory(atPath: other.ledger.path)
        where name.hasSuffix("ledger") {
          try FileManager.default.copyItem(
            at: other.ledger.appending(path: name), to: cast.installation.ledger.appending(path: name))
        }
        await #expect { try await open(cast) } throws: { error in
          guard case LedgerTrouble.other = error else { return false }
          return true
        }
      }
    }
  }

  /// A database from before there was a ledger begins one with what it has erased; one with other keys does not get it.
  @Test func anOlderDatabaseBeginsOne() async throws {
    try await Cast.with { cast in
      let space = try await due(cast)
      _ = try await cast.store.sweep()
      for file in try cast.ledgerFiles { try FileManager.default.removeItem(at: file) }
      try await cast.alter("DELETE FROM ohjaustila.erasure_ledger")
      #expect(try await open(cast).trouble == nil)
      #expect(try cast.ledgerKinds == ["opened", "adopted", "writer"])
      #expect(try cast.ledgerText.contains("\(space)"))
      try await cast.alter("DELETE FROM ohjaustila.erasure_ledger")
      // The same ledger again, and the chain is whole, but it was opened for other keys.
      let folder = cast.installation.ledger.path
      for file in try cast.ledgerFiles { try FileManager.default.removeItem(at: file) }
      let foreign = ErasureLedger(folder: folder)
      #expect(try await foreign.take(waiting: .zero))
      _ = try foreign.catchUp(gatheringBehind: 0)
      try foreign.begin(ID.make(), of: "other", adopting: [], at: cast.store.clock.now)
      try await foreign.giveBack()
      await #expect(throws: LedgerTrouble.foreign(folder: folder)) { try await open(cast) }
    }
  }

  /// A folder that can't be written to stops erasures and nothing else.
  @Test func anUnusableFolderStopsErasuresOnly() async throws {
    try await Cast.with { cast in
      let old = try await due(cast)
      let young = try await cast.space()
      try await cast.store.moveClock(to: try await cast.timeline(of: young).closes)
      let file = try #require(try cast.ledgerFiles.first)
      let aside = file.appendingPathExtension("aside")
      try FileManager.default.moveItem(at: file, to: aside)
      try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
      let report = try await cast.store.sweep()
      #expect(report.crossed == [.reactivatable: 1] && report.destroyed == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space_secret WHERE space_id = \(old)") == 1)
      try FileManager.default.removeItem(at: file)
      try FileManager.default.moveItem(at: aside, to: file)
      #expect(try await cast.store.sweep().destroyed == 1)
      #expect(cast.store.ledgerTrouble == nil)
    }
  }

  /// A new file begins when the last is full; the chain goes on through all of them.
  @Test func theChainGoesOnInTheNextFile() async throws {
    try await Cast.with { cast in
      let ledger = ErasureLedger(folder: cast.installation.ledger.path)
      #expect(try await ledger.take(waiting: .zero))
      _ = try ledger.catchUp(gatheringBehind: 0)
      let spaces = (0..<LedgerEntry.spacesAtOnce).map { _ in ID<Space>.make() }
      let size = 37 * spaces.count
      for _ in 0...(ErasureLedger.segmentSize / size) {
        let batch = ID<ErasureBatch>.make()
        try ledger.append(.intent(batch, spaces), at: cast.store.clock.now, durably: false)
        try ledger.append(.done(batch), at: cast.store.clock.now, durably: false)
      }
      try await ledger.giveBack()
      #expect(try cast.ledgerFiles.count == 2)
      let found = try await cast.store.verifyLedger()
      #expect(found.isGood && found.erased == (ErasureLedger.segmentSize / size + 1) * spaces.count)
      // The one that was full is whole, or the chain is broken.
      let first = try #require(try cast.ledgerFiles.first)
      var data = try Data(contentsOf: first)
      data.removeLast(3)
      try data.write(to: first)
      guard case .broken? = try await cast.store.verifyLedger().trouble else { throw Unexpected(trouble: nil) }
    }
  }

  private struct Unexpected: Error { let trouble: LedgerTrouble? }
}
