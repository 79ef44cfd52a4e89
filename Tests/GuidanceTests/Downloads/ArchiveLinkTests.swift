import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// Links to archives: what they open, for how long, and what ends them.
@Suite struct ArchiveLinkTests {
  /// A space with a message, its customer, and a link.
  private struct Linked {
    let cast: Cast
    let space: ID<Space>
    let customer: Caller
    let link: ArchiveLink
    let token: ArchiveLinkToken

    init(_ cast: Cast) async throws {
      self.cast = cast
      space = try await cast.space()
      customer = try await cast.customer()
      _ = try await cast.store.postMessage("Hei", to: space, by: customer)
      (link, token) = try await cast.store.makeArchiveLink(to: space, by: customer)
    }

    func bytes() async throws -> [UInt8] {
      let download = try await cast.store.archive(behind: token)
      return try await FileTests.received { try await download.send(to: $0) }
    }

    func opensNothing(_ refusal: Refusal = .notFound) async {
      await #expect(throws: refusal) { try await cast.store.archive(behind: token) }
    }
  }

  @Test func opensItsEditionAsItsCustomer() async throws {
    try await Cast.with { cast in
      let linked = try await Linked(cast)
      let own = try await cast.store.archive(of: linked.space, for: linked.customer)
      #expect(try await linked.bytes() == FileTests.received { try await own.send(to: $0) })
      #expect(linked.link.entityTag == own.entityTag)
      #expect(linked.link.expiresAt == linked.link.createdAt + .seconds(3600))
      await cast.store.downloads.flush()
      let journal = try await Chain.verify(linked.space, in: cast.installation)
      #expect(journal.kinds.suffix(2) == ["archiveLinkMade", "archiveDownloaded"])
      // Whose link it is stands in the access log; it counts as no authentication.
      try await cast.store.accesses.flush()
      #expect(
        try await cast.count(
          "SELECT count(*) FROM ohjaustila.access_entry WHERE what = 'archive' AND role = 'customer'") >= 3)
      await #expect(throws: Refusal.notFound) { try await cast.store.archive(behind: .random()) }
    }
  }

  /// Neither the token nor any digest of it without the key is in the database.
  @Test func theTokenIsStoredNowhere() async throws {
    try await Cast.with { cast in
      let linked = try await Linked(cast)
      _ = try await linked.bytes()
      #expect(try await Dump.holds([linked.token.text], in: cast.installation) == [])
      #expect(
        "\(linked.token)" == "<archive link token>" && !String(reflecting: linked.token).contains(linked.token.text))
      #expect(ArchiveLinkToken(parsing: linked.token.text) == linked.token)
      for wrong in ["", "x", linked.token.text.uppercased() + "0", String(linked.token.text.dropLast())] {
        #expect(ArchiveLinkToken(parsing: wrong) == nil)
      }
    }
  }

  @Test func changedContentIsNotMixedIn() async throws {
    try await Cast.with { cast in
      let linked = try await Linked(cast)
      _ = try await cast.store.postMessage("Uutta", to: linked.space, by: cast.counsellor)
      await linked.opensNothing(.archiveChanged)
    }
  }

  /// It outlives the state of the space, and never the right.
  @Test func timeEndsIt() async throws {
    try await Cast.with { cast in
      let linked = try await Linked(cast)
      try await cast.store.moveClock(to: linked.link.expiresAt - .seconds(600))
      _ = try await linked.bytes()
      #expect(try await cast.store.archiveLinks(to: linked.space, for: linked.customer).count == 1)
      try await cast.store.moveClock(to: linked.link.expiresAt)
      await linked.opensNothing()
      #expect(try await cast.store.archiveLinks(to: linked.space, for: linked.customer).isEmpty)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.archive_link") == 1)
      _ = try await cast.store.sweep()
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.archive_link") == 0)
    }
  }

  /// A link that would live longer than the space dies with it.
  @Test func erasureEndsIt() async throws {
    var options = GuidanceStore.Options()
    options.archiveLinkLifetime = .seconds(10 * 365 * 86_400)
    try await Cast.with(options: options) { cast in
      let linked = try await Linked(cast)
      let timeline = try await cast.timeline(of: linked.space)
      // Archived, the staff are out, and the link is as good as before: no byte of the archive has changed.
      // Minutes before the end: the clock runs on, and a busy machine may take its time for what follows.
      try await cast.installation.advance(to: timeline.erases - .seconds(600))
      _ = try await linked.bytes()
      await cast.store.downloads.flush()
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.archive_taken") == 1)
      try await cast.store.moveClock(to: timeline.erases)
      await linked.opensNothing()
      _ = try await cast.store.sweep()
      await linked.opensNothing()
      for table in ["archive_link", "archive_taken"] {
        #expect(try await cast.count("SELECT count(*) FROM ohjaustila.\(identifier: table)") == 0, "\(table)")
      }
    }
  }

  @Test func revocationEndsIt() async throws {
    try await Cast.with { cast in
      let linked = try await Linked(cast)
      let customers = [try Cast.invited(1)]
      _ = try await cast.openSpace(customers: customers)
      let other = try await cast.customer(1)
      for stranger in [other, cast.counsellor, cast.admin, cast.colleague] {
        await #expect(throws: Refusal.self) {
          try await cast.store.revokeArchiveLink(linked.link.id, to: linked.space, by: stranger)
        }
      }
      _ = try await linked.bytes()
      // Else the download may come into the journal behind the revocation.
      await cast.store.downloads.flush()
      try await cast.store.revokeArchiveLink(linked.link.id, to: linked.space, by: linked.customer)
      await linked.opensNothing()
      await #expect(throws: Refusal.notFound) {
        try await cast.store.revokeArchiveLink(linked.link.id, to: linked.space, by: linked.customer)
      }
      #expect(try await Chain.verify(linked.space, in: cast.installation).kinds.last == "archiveLinkRevoked")
    }
  }

  /// Of two customers each has their own links; of an erased one none is left, nor what they were sent.
  @Test func anErasedCustomersLinkOpensNothing() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
      let (first, second) = (try await cast.customer(0), try await cast.customer(1))
      for customer in [first, second] { _ = try await cast.store.enter(space, invitation: nil, by: customer) }
      let (link, token) = try await cast.store.makeArchiveLink(to: space, by: first)
      #expect(try await cast.store.archiveLinks(to: space, for: second).isEmpty)
      await #expect(throws: Refusal.notFound) {
        try await cast.store.revokeArchiveLink(link.id, to: space, by: second)
      }
      let places = try await cast.places(in: space)
      let place = try #require(first.uuid.flatMap { places[$0] })
      let download = try await cast.store.archive(behind: token)
      _ = try await FileTests.received { try await download.send(to: $0) }
      await cast.store.downloads.flush()
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.archive_taken") == 1)
      _ = try await cast.store.erase(
        ParticipantErasure(participant: place, messages: false, files: false), of: space, by: try await cast.officer(),
        ifMatch: nil, request: nil)
      await #expect(throws: Refusal.notFound) { try await cast.store.archive(behind: token) }
      for table in ["archive_link", "archive_taken"] {
        let left = "SELECT count(*) FROM ohjaustila.\(identifier: table) WHERE participant_id = \(place)" as Query
        #expect(try await cast.count(left) == 0, "\(table)")
      }
    }
  }

  @Test func onlyCustomersMakeThemAndOnlySoMany() async throws {
    try await Cast.with { cast in
      let linked = try await Linked(cast)
      for caller in [cast.counsellor, cast.admin] {
        await #expect(throws: Refusal.forbidden(.role)) {
          try await cast.store.makeArchiveLink(to: linked.space, by: caller)
        }
      }
      await #expect(throws: Refusal.notFound) {
        try await cast.store.makeArchiveLink(to: linked.space, by: cast.colleague)
      }
      // At once: the space's lock lets one after the other count.
      let made = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 {
          group.addTask {
            do {
              _ = try await cast.store.makeArchiveLink(to: linked.space, by: linked.customer)
              return true
            } catch Refusal.tooManyLinks(limit: 5) {
              return false
            } catch {
              Issue.record("\(error)")
              return false
            }
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(made == 4)
      try await cast.store.revokeArchiveLink(linked.link.id, to: linked.space, by: linked.customer)
      _ = try await cast.store.makeArchiveLink(to: linked.space, by: linked.customer)
      // What has expired takes nobody's place.
      try await cast.store.moveClock(to: cast.store.clock.now + .seconds(3601))
      _ = try await cast.store.makeArchiveLink(to: linked.space, by: linked.customer)
    }
  }

  /// A repetition is the same link with another token: the one that nobody got opens nothing.
  @Test func aRepetitionIsTheSameLink() async throws {
    try await Cast.with { cast in
      let (space, customer) = (try await cast.space(), try await cast.customer())
      let key = RequestKey(key: "k", method: "POST", path: "/x", body: [])
      let first = try await cast.store.makeArchiveLink(to: space, by: customer, request: key)
      let second = try await cast.store.makeArchiveLink(to: space, by: customer, request: key)
      #expect(first.link.id == second.link.id && first.token != second.token)
      await #expect(throws: Refusal.notFound) { try await cast.store.archive(behind: first.token) }
      _ = try await cast.store.archive(behind: second.token)
      #expect(try await cast.store.archiveLinks(to: space, for: customer).count == 1)
      try await cast.store.revokeArchiveLink(first.link.id, to: space, by: customer)
      await #expect(throws: Refusal.notFound) {
        try await cast.store.makeArchiveLink(to: space, by: customer, request: key)
      }
    }
  }
}
