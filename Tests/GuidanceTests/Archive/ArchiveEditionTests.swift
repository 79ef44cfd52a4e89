import ArchiveFormat
import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// What is kept of an archive from its first use on.
@Suite struct ArchiveEditionTests {
  private func space(_ cast: Cast, messages: Int = 3) async throws -> ID<Space> {
    let space = try await cast.space()
    let customer = try await cast.customer()
    for number in 0..<messages { _ = try await cast.store.postMessage("Viesti \(number)", to: space, by: customer) }
    try await cast.upload([1, 2, 3], to: space, by: customer)
    return space
  }

  private func editions(_ cast: Cast) async throws -> Int {
    try await cast.count("SELECT count(*) FROM ohjaustila.archive_edition")
  }

  /// Verified with the keys that the database publishes.
  private func findings(_ bytes: [UInt8], _ cast: Cast) async throws -> [ArchiveVerification.Finding] {
    let items = try await cast.store.publishedArchiveKeys().map { published in
      let end = published.validUntil.map { ",\"notAfter\":\"\($0)\"" } ?? ""
      return "{\"kid\":\"\(published.key.id)\",\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"\(published.key.x)\"\(end)}"
    }
    let keys = try ArchiveKeyList(json: Data("{\"keys\":[\(items.joined(separator: ","))]}".utf8))
    return try ArchiveVerification(of: MemorySource(bytes: bytes), keys: keys).findings
  }

  /// Two copies, several requests, all at once on content that nobody has asked for: one edition, the same bytes, good.
  @Test func copiesThatMakeItAtOnceSendTheSame() async throws {
    try await Cast.with { cast in
      let space = try await space(cast)
      let customer = try await cast.customer()
      let other = try await cast.installation.copy()
      let all = try await withThrowingTaskGroup(of: [UInt8].self) { group in
        for number in 0..<8 {
          group.addTask {
            let store = number.isMultiple(of: 2) ? cast.store : other.store
            let download = try await store.archive(of: space, for: customer)
            return try await FileTests.received(download.send)
          }
        }
        return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
      }
      #expect(all.count == 1)
      #expect(try await editions(cast) == 1)
      #expect(try await findings(#require(all.first), cast) == [])
      await other.shutdown()
    }
  }

  /// Once it is kept, preparing reads no message and renders nothing: not even messages that no longer open are missed.
  @Test func nothingIsRenderedForARangeThatHasNoneOfIt() async throws {
    try await Cast.with { cast in
      let space = try await space(cast)
      let customer = try await cast.customer()
      let first = try await cast.store.archive(of: space, for: customer)
      let whole = try await FileTests.received(first.send)
      try await cast.alter("UPDATE ohjaustila.message SET body = '\\x00'")
      let again = try await cast.store.archive(of: space, for: customer)
      #expect(again.entityTag == first.entityTag && again.length == first.length)
      for (index, entry) in again.layout.entries.enumerated() where index >= 2 {
        let sent = try await FileTests.received { try await again.parts.send(index, 0..<entry.size, to: $0) }
        let start = Int(again.layout.contentOffset(of: index))
        #expect(sent == Array(whole[start..<(start + Int(entry.size))]), "\(entry.path)")
      }
      await #expect(throws: (any Error).self) { _ = try await FileTests.received(again.send) }
    }
  }

  /// Any range of any document is that range of the whole.
  @Test func rangesOfDocumentsAreTheirBytes() async throws {
    var random = SplitMix64(seed: testSeed)
    try await Cast.with { cast in
      let space = try await space(cast, messages: 250)
      let download = try await cast.store.archive(of: space, for: try await cast.customer())
      for index in download.layout.entries.indices {
        let size = download.layout.entries[index].size
        let whole = try await FileTests.received { try await download.parts.send(index, 0..<size, to: $0) }
        #expect(whole.count == Int(size))
        for round in 0..<6 {
          let lower = UInt64.random(in: 0..<size, using: &random)
          let upper = round == 0 ? size : UInt64.random(in: (lower + 1)...size, using: &random)
          let part = try await FileTests.received { try await download.parts.send(index, lower..<upper, to: $0) }
          #expect(part == Array(whole[Int(lower)..<Int(upper)]), "seed \(testSeed), \(index), \(lower)..<\(upper)")
        }
      }
    }
  }

  /// Content that is not what it was when it was signed is never sent whole, even at the same length.
  @Test func aDocumentThatDiffersIsNeverSentWhole() async throws {
    try await Cast.with { cast in
      let space = try await space(cast)
      let customer = try await cast.customer()
      let size = Int(try await cast.store.archive(of: space, for: customer).layout.entries[0].size)
      try await cast.alter("UPDATE ohjaustila.message SET sent_at = sent_at - interval '1 day' WHERE number = 2")
      let download = try await cast.store.archive(of: space, for: customer)
      var received = 0
      await #expect(throws: DamagedContent.self) {
        try await download.parts.send(0, 0..<UInt64(size)) { received += $0.count }
      }
      #expect(received < size)
      // And what is kept under a tag is kept of no other.
      try await cast.alter("UPDATE ohjaustila.archive_edition SET facts = facts || '\\x00'")
      await #expect(throws: (any Error).self) { try await cast.store.archive(of: space, for: customer) }
    }
  }

  /// New content, other feedback, and the old edition is gone; each customer has an edition of their own.
  @Test func whatIsSupersededGoes() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
      let (one, two) = (try await cast.customer(0), try await cast.customer(1))
      for customer in [one, two] { _ = try await cast.store.enter(space, invitation: nil, by: customer) }
      var tags: Set<String> = []
      for customer in [one, two, one] { tags.insert(try await cast.store.archive(of: space, for: customer).entityTag) }
      #expect(tags.count == 2)
      #expect(try await editions(cast) == 2)
      _ = try await cast.store.postMessage("Uusi", to: space, by: one)
      tags.insert(try await cast.store.archive(of: space, for: one).entityTag)
      #expect(tags.count == 3)
      #expect(try await editions(cast) == 2)
      _ = try await cast.store.change(
        space, title: "Toinen otsikko", topics: nil, language: nil, by: cast.counsellor)
      tags.insert(try await cast.store.archive(of: space, for: one).entityTag)
      #expect(tags.count == 4)
    }
  }

  /// One of two customers is erased: their edition goes with them, and the other's archive says that something went.
  @Test func anErasedCustomersEditionGoes() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
      let (one, two) = (try await cast.customer(0), try await cast.customer(1))
      for customer in [one, two] {
        _ = try await cast.store.enter(space, invitation: nil, by: customer)
        _ = try await cast.store.postMessage("Hei", to: space, by: customer)
        _ = try await cast.store.archive(of: space, for: customer)
      }
      let before = try await cast.store.archive(of: space, for: two)
      let mine = try await cast.installation.asAdmin(
        "SELECT participant_id FROM ohjaustila.my_space WHERE principal = \(try #require(one.uuid))"
      ) { try $0.get(0, as: ID<Participation>.self) }
      let erasure = ParticipantErasure(participant: try #require(mine.first), messages: true, files: true)
      _ = try await cast.store.erase(erasure, of: space, by: officer)
      let left = try await cast.count(
        "SELECT count(*) FROM ohjaustila.archive_edition WHERE participant_id = \(try #require(mine.first))")
      #expect(left == 0)
      let after = try await cast.store.archive(of: space, for: two)
      #expect(after.entityTag != before.entityTag)
      #expect(try await findings(FileTests.received(after.send), cast) == [])
    }
  }

  /// A key is replaced: old archives verify with the old key, new ones have the new, and a copy that was not restarted
  /// signs for a day more.
  @Test func aReplacedKeySignsForADay() async throws {
    try await Cast.with { cast in
      let space = try await space(cast)
      let customer = try await cast.customer()
      let old = try await cast.store.archive(of: space, for: customer)
      let bytes = try await FileTests.received(old.send)
      let new = try ArchiveKeys.parse(ArchiveKeys.newItem() + "," + TestInstallation.archiveKeyItem)
      let rotated = try await cast.installation.copy(archiveKeys: new)
      let fresh = try await rotated.store.archive(of: space, for: customer)
      #expect(fresh.entityTag != old.entityTag)
      #expect(try await findings(FileTests.received(fresh.send), cast) == [])
      #expect(try await findings(bytes, cast) == [])
      #expect(try await rotated.store.publishedArchiveKeys().map(\.key.id).first == new.current.id)
      _ = try await cast.store.postMessage("Vielä", to: space, by: customer)
      let late = try await FileTests.received(cast.store.archive(of: space, for: customer).send)
      #expect(try await findings(late, cast) == [])
      try await cast.installation.advance(to: cast.store.clock.now + .seconds(86_401))
      _ = try await cast.store.postMessage("Vielä kerran", to: space, by: customer)
      await #expect(throws: ArchiveKeyReplaced.self) { try await cast.store.archive(of: space, for: customer) }
      #expect(try await findings(FileTests.received(rotated.store.archive(of: space, for: customer).send), cast) == [])
      await rotated.shutdown()
    }
  }
}
