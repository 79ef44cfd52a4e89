import Foundation
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// What a database has erased stays so, whoever wrote the ledger in between: a backup never brings it back.
@Suite struct VoidErasureTests {
  /// Of two databases each claims the ledger in turn. What the first claim made void stands in the ledger again.
  @Test func whoStandsInKeepsItsOwn() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let whole = try await cast.space()
      let shared = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
      for number in 0..<2 { _ = try await cast.store.postMessage("Hei", to: shared, by: cast.customer(number)) }
      let place = ParticipantErasure(
        participant: try await cast.participation(0, in: shared), messages: false, files: false)
      let backup = try await cast.installation.backup()
      try await cast.installation.withRestored(from: backup) { copy in
        _ = try await copy.store.openLedger()
        _ = try await copy.store.erase(whole, by: officer)
        _ = try await copy.store.erase(place, of: shared, by: officer)
        #expect(try await copy.store.sweep().destroyed == 1)
        #expect(try await cast.store.claimLedger(.keeping) != nil)
        #expect(try await copy.store.claimLedger(.erasing)?.isNeeded == true)
        _ = try await copy.store.sweep()
        #expect(try await copy.store.verifyLedger().isGood)
      }
      try await cast.installation.withRestored(from: backup) { later in
        let opening = try await later.store.openLedger()
        #expect(opening.erasedAgain == 1 && opening.customersErasedAgain == 1)
        await #expect(throws: Refusal.notFound) { try await later.store.space(whole, for: cast.counsellor) }
      }
    }
  }

  /// The same of one that was brought back: it takes over by itself.
  @Test func whoIsRestoredKeepsItsOwn() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let space = try await cast.space()
      let before = try await cast.installation.backup()
      try await cast.installation.withRestored(from: before) { copy in
        _ = try await copy.store.openLedger()
        _ = try await copy.store.erase(space, by: officer)
        #expect(try await copy.store.sweep().destroyed == 1)
        let after = try await copy.backup()
        #expect(try await cast.store.claimLedger(.keeping) != nil)
        try await cast.installation.withRestored(from: after) { next in
          let opening = try await next.store.openLedger()
          #expect(opening.erasedAgain == 0)
          #expect(try await next.store.verifyLedger().isGood)
        }
      }
      try await cast.installation.withRestored(from: before) { later in
        let opening = try await later.store.openLedger()
        #expect(opening.erasedAgain == 1)
      }
    }
  }

  /// A backup of one that is void now has seen entries of a higher number than the one that counts, and not that one.
  @Test func whatANumberHidesIsFound() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let (mine, theirs) = (try await cast.space(), try await cast.space())
      try await cast.installation.withRestored(from: try await cast.installation.backup()) { copy in
        _ = try await copy.store.openLedger()
        _ = try await copy.store.erase(theirs, by: officer)
        #expect(try await copy.store.sweep().destroyed == 1)
        #expect(try await cast.store.claimLedger(.keeping) != nil)
        _ = try await cast.store.erase(mine, by: officer)
        #expect(try await cast.store.sweep().destroyed == 1)
        let void = try await cast.installation.backup()
        #expect(try await copy.store.claimLedger(.keeping)?.isNeeded == true)
        try await cast.installation.withRestored(from: void) { next in
          let opening = try await next.store.openLedger()
          #expect(opening.erasedAgain == 1)
          await #expect(throws: Refusal.notFound) { try await next.store.space(theirs, for: cast.counsellor) }
          #expect(try await next.store.verifyLedger().isGood)
        }
      }
    }
  }
}
