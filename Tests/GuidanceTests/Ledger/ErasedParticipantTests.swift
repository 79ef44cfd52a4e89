import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// One customer of several, erased from a space that lives on: a backup does not bring them back either.
@Suite struct ErasedParticipantTests {
  /// A space of two customers who have both written and sent a file.
  private static func shared(_ cast: Cast) async throws -> (space: ID<Space>, gone: ID<Participation>) {
    let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
    for number in 0..<2 {
      let customer = try await cast.customer(number)
      _ = try await cast.store.postMessage("Salaisuus", to: space, by: customer)
      try await cast.upload([1, 2, 3], to: space, by: customer)
    }
    return (space, try await cast.participation(0, in: space))
  }

  @Test func aBackupDoesNotBringACustomerBack() async throws {
    try await Cast.with { cast in
      let (space, participant) = try await Self.shared(cast)
      let (officer, person) = (try await cast.officer(), try #require(try await cast.customer().uuid))
      let (name, empty) = ("\(person)".lowercased(), try await cast.installation.backup())
      let identity = ParticipantErasure(participant: participant, messages: false, files: false)
      _ = try await cast.store.erase(identity, of: space, by: officer)
      #expect(try await cast.store.sweep().peopleErased == 1)
      let half = try await cast.installation.backup()
      let all = ParticipantErasure(participant: participant, messages: true, files: true)
      _ = try await cast.store.erase(all, of: space, by: officer)
      _ = try await cast.store.sweep()
      #expect(try cast.ledgerKinds == ["opened", "writer", "participant", "participant"])
      #expect(try cast.ledgerText.hasSuffix(" participant \(space) \(participant) messages files\n"))
      #expect(try await cast.store.verifyLedger().isGood)

      for backup in [empty, half] {
        try await cast.installation.withRestored(from: backup) { restored in
          #expect(try await restored.store.verifyLedger().revived == 1)
          #expect(try await restored.store.openLedger().customersErasedAgain == 1)
          await #expect(throws: Refusal.notFound) {
            try await restored.store.space(space, for: try await restored.store.caller(cast.customer().identity))
          }
          let stays = try await restored.store.caller(cast.customer(1).identity)
          let messages = try await restored.store.messages(of: space, PageRequest(), for: stays).items
          #expect(messages.map(\.text) == [nil, "Salaisuus"])
          #expect(try await restored.store.files(of: space, PageRequest(), for: stays).items.count == 1)
          #expect(try await restored.store.sweep().peopleErased == (backup == empty ? 1 : 0))
          #expect(try await Dump.holds([name], in: restored) == [])
          #expect(try await Chain.verify(space, in: restored).kinds.last == "participantErased")
          #expect(try await restored.store.verifyLedger().isGood)
          let again = try await restored.copy(openingLedger: false)
          #expect(try await again.store.openLedger().customersErasedAgain == 0)
          await again.shutdown()
        }
      }
    }
  }

  /// Cut off between the entry and its commit, it is written once more; an entry of what is done already does nothing.
  @Test func anEntryTwiceSaysNoMoreThanOnce() async throws {
    try await Cast.with { cast in
      let (space, participant) = try await Self.shared(cast)
      let erasure = ParticipantErasure(participant: participant, messages: true, files: false)
      _ = try await cast.store.erase(erasure, of: space, by: try await cast.officer())
      _ = try await cast.store.sweep()
      try await cast.alter("UPDATE ohjaustila.participant_erasure SET is_written = false")
      _ = try await cast.store.sweep()
      _ = try await cast.store.sweep()
      #expect(try cast.ledgerKinds == ["opened", "writer", "participant", "participant"])
      let copy = try await cast.installation.copy(openingLedger: false)
      #expect(try await copy.store.openLedger().customersErasedAgain == 0)
      await copy.shutdown()
      #expect(try await cast.store.verifyLedger().isGood)
    }
  }

  /// A new ledger has them too, from the database and from what was read of the one before; and they go with their space.
  @Test func aNewLedgerHasThemToo() async throws {
    try await Cast.with { cast in
      let (space, participant) = try await Self.shared(cast)
      let backup = try await cast.installation.backup()
      let erasure = ParticipantErasure(participant: participant, messages: true, files: true)
      _ = try await cast.store.erase(erasure, of: space, by: try await cast.officer())
      _ = try await cast.store.sweep()
      for file in try cast.ledgerFiles { try FileManager.default.removeItem(at: file) }
      _ = try await cast.store.adoptLedger()
      #expect(try await cast.store.verifyLedger().isGood)
      _ = try await cast.store.sweep()
      #expect(try cast.ledgerKinds == ["opened", "writer", "participant"])
      // Of a database that has gone back, the old ledger's entries are what there is.
      try await cast.installation.withRestored(from: backup) { restored in
        _ = try await restored.store.adoptLedger()
        #expect(try cast.ledgerKinds == ["opened", "participant"])
        #expect(try await restored.store.openLedger().customersErasedAgain == 1)
        try await restored.store.moveClock(to: try await cast.timeline(of: space).erases)
        #expect(try await restored.store.sweep().destroyed == 1)
        let left = try await restored.asAdmin("SELECT count(*) FROM ohjaustila.participant_erasure") {
          try $0.get(0, as: Int.self)
        }
        #expect(left == [0])
        #expect(try await restored.store.verifyLedger().isGood)
      }
    }
  }

  @Test func whatIsWrittenIsRead() throws {
    let erased = ErasedParticipant(
      space: ID.make(), participant: ID.make(), messages: true, files: false, at: Instant(microseconds: 0))
    let line = LedgerEntry.participant(erased).line(1, at: erased.at, after: [])
    let read = try #require(LedgerLine(line.bytes.dropLast()[...]))
    #expect(read.participant == erased)
    var later = erased
    (later.messages, later.files) = (false, true)
    let merged = ErasedParticipant.merged([erased, later])
    #expect(merged.count == 1 && merged[0].messages && merged[0].files)
  }
}
