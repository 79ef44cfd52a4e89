import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// What the journal says of downloads: who, when, how much, and no more entries than that takes.
@Suite struct DownloadJournalTests {
  private static func entries(_ space: ID<Space>, _ cast: Cast) async throws -> [String] {
    await cast.store.downloads.flush()
    return try await Chain.verify(space, in: cast.installation).entries.filter { $0.kind == "archiveDownloaded" }
      .map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  private static func send(_ range: Range<UInt64>, of download: ArchiveDownload) async throws {
    try await download.send(range) { _ in }
  }

  /// A thousand ranges of a day are two entries: when it began, and when it was whole.
  @Test func rangesOfADayAreTwoEntries() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.upload([UInt8](repeating: 7, count: 10_000), to: space, by: cast.counsellor)
      let download = try await cast.store.archive(of: space, for: try await cast.customer())
      try await Self.send(100..<200, of: download)
      #expect(try await Self.entries(space, cast).count == 1)
      for start in stride(from: UInt64(0), to: download.length, by: 10) {
        try await Self.send(start..<min(start + 10, download.length), of: download)
      }
      try await Self.send(0..<download.length, of: download)
      let entries = try await Self.entries(space, cast)
      #expect(entries.count == 2)
      #expect(entries[0].contains(#""bytes":"100""#) && entries[0].contains(#""whole":"false""#))
      #expect(entries[0].contains(#""edition":"\#(download.entityTag)""#))
      #expect(entries[1].contains(#""whole":"true""#))
      // All that was sent is in the row, also what came after.
      let rows = try await cast.installation.asAdmin(
        "SELECT bytes, requests, is_whole FROM ohjaustila.archive_taken"
      ) { (try $0.get(0, as: Int.self), try $0.get(1, as: Int.self), try $0.get(2, as: Bool.self)) }
      let (bytes, requests, isWhole) = try #require(rows.first)
      #expect(rows.count == 1 && isWhole && bytes == 100 + 2 * Int(download.length))
      #expect(requests == 2 + (Int(download.length) + 9) / 10)
    }
  }

  /// The next day has an entry of its own, and so has the next edition.
  @Test func anotherDayOrEditionIsAnotherEntry() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      try await Self.send(0..<1, of: try await cast.store.archive(of: space, for: customer))
      #expect(try await Self.entries(space, cast).count == 1)
      try await cast.installation.advance(to: cast.store.clock.now + .seconds(86_400))
      let next = try await cast.store.archive(of: space, for: customer)
      try await Self.send(0..<1, of: next)
      #expect(try await Self.entries(space, cast).count == 2)
      try await Self.send(0..<next.length, of: next)
      _ = try await cast.store.postMessage("Hei", to: space, by: customer)
      try await Self.send(0..<1, of: try await cast.store.archive(of: space, for: customer))
      #expect(try await Self.entries(space, cast).count == 4)
    }
  }

  /// The first half twice is no whole, and neither is everything but one byte.
  @Test func onlyEverythingIsAWhole() async throws {
    try await Cast.with { cast in
      let customers = [try Cast.invited(0), try Cast.invited(1)]
      let space = try await cast.openSpace(customers: customers).space.id
      let (first, second) = (try await cast.customer(0), try await cast.customer(1))
      for customer in [first, second] { _ = try await cast.store.enter(space, invitation: nil, by: customer) }
      let places = try await cast.places(in: space)
      let whole = {
        await cast.store.downloads.flush()
        return try await cast.installation.asAdmin(
          "SELECT participant_id FROM ohjaustila.archive_taken WHERE space_id = \(space) AND is_whole"
        ) { try $0.get(0, as: ID<Participation>.self) }
      }
      #expect(try await whole().isEmpty)
      let download = try await cast.store.archive(of: space, for: first)
      let half = download.length / 2
      for _ in 0..<3 { try await Self.send(0..<half, of: download) }
      try await Self.send((half + 1)..<download.length, of: download)
      #expect(try await whole().isEmpty)
      try await Self.send(half..<(half + 1), of: download)
      #expect(try await whole() == [first.uuid.flatMap { places[$0] }])
    }
  }

  /// What is broken off counts as far as it was out.
  @Test func brokenTransfersCountWhatTheySent() async throws {
    struct HungUp: Error {}
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.upload([UInt8](repeating: 7, count: 2_000_000), to: space, by: cast.counsellor)
      let download = try await cast.store.archive(of: space, for: try await cast.customer())
      await #expect(throws: HungUp.self) {
        try await download.send(0..<download.length, flush: { throw HungUp() }) { _ in }
      }
      await cast.store.downloads.flush()
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.archive_taken WHERE is_whole") == 0)
      #expect(try await cast.count("SELECT bytes FROM ohjaustila.archive_taken") > 1_000_000)
      // Nothing sent is nothing told.
      let before = try await Self.entries(space, cast).count
      await #expect(throws: HungUp.self) { try await download.send(0..<1) { _ in throw HungUp() } }
      #expect(try await Self.entries(space, cast).count == before)
    }
  }

  /// Pieces join; of those that never do only so many are kept, and none too much is claimed.
  @Test func piecesAreKeptApartWithinABound() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let download = try await cast.store.archive(of: space, for: try await cast.customer())
      var taken = TakenArchive(download, principal: UUID())
      for range in [0..<5, 10..<15, 5..<10, 20..<21, 12..<22] as [Range<UInt64>] { taken.add(range) }
      #expect(taken.ranges == [0..<22] && taken.bytes == 26 && taken.requests == 5)
      for start in stride(from: UInt64(100), to: 10_000, by: 2) { taken.add(start..<(start + 1)) }
      #expect(taken.ranges.count == TakenArchive.maximumPieces && taken.requests == 5 + 4950)
      taken.add(22..<100)
      #expect(taken.ranges.first == 0..<101)
      #expect(taken.multirange.hasPrefix("{[0,101),[102,103),"))
    }
  }

  /// Two copies of the service at once lose nothing.
  @Test func copiesAddUp() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      let other = try await cast.installation.copy()
      let downloads = [
        try await cast.store.archive(of: space, for: customer), try await other.store.archive(of: space, for: customer),
      ]
      let length = downloads[0].length
      try await withThrowingTaskGroup(of: Void.self) { group in
        for byte in 0..<UInt64(20) {
          group.addTask { try await Self.send(byte..<(byte + 1), of: downloads[Int(byte) % 2]) }
        }
        group.addTask { try await Self.send(20..<length, of: downloads[0]) }
        try await group.waitForAll()
      }
      await other.store.downloads.flush()
      #expect(try await Self.entries(space, cast).count <= 2)
      #expect(
        try await cast.count("SELECT bytes FROM ohjaustila.archive_taken WHERE is_whole AND requests = 21")
          == Int(length))
      await other.shutdown()
    }
  }
}

extension Cast {
  /// Participants' places by person.
  func places(in space: ID<Space>) async throws -> [UUID: ID<Participation>] {
    let rows = try await installation.asAdmin(
      "SELECT principal, participant_id FROM ohjaustila.my_space WHERE space_id = \(space) AND role = 'customer'"
    ) { (try $0.get(0, as: UUID.self), try $0.get(1, as: ID<Participation>.self)) }
    return Dictionary(uniqueKeysWithValues: rows)
  }
}
