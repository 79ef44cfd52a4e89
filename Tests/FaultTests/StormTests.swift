import AsyncHTTPClient
import Foundation
import Guidance
import Lifecycle
import NIOCore
import Postgres
import TestSupport
import Testing

/// Two copies of the service and sweeps from the command line on one database, all killed at random moments, PostgreSQL
/// crashed under them, while people open, write, close, reactivate and enter and two years pass.
///
/// At the end nothing that was acknowledged is missing, and nothing happened twice, early or not at all; and when every
/// space's time is over, nothing is left of any.
@Suite struct StormTests {
  private static let users = 5

  @Test(.timeLimit(.minutes(30))) func nothingIsLostDoneTwiceOrLeftBehind() async throws {
    print("storm: OHJAUSTILA_SEED=\(Plan.seed), \(Plan.kills) kills")
    let timeout = HTTPClient.Configuration.Timeout(connect: .seconds(2), read: .seconds(20))
    try await Site.with(resources: StormResources.make, timeout: timeout) { try await Storm($0).run() }
  }

  private struct Storm {
    let site: Site
    let zone: CivilZone
    let copies: [ServiceCopy]
    let sweeper: Sweeper
    let ledger = Ledger()
    let clockwork: Clockwork

    init(_ site: Site) throws {
      self.site = site
      zone = try ZoneFile.load("Europe/Helsinki")
      clockwork = Clockwork(zone: zone)
      copies = ["first", "second"].map { site.copy($0) }
      sweeper = Sweeper(site.program, arguments: ["sweep"] + site.options)
    }

    func run() async throws {
      try await ServiceCopy.whileRunning(copies) {
        try await weather()
        try await calm()
      }
    }

    private func client(_ number: UInt64) -> Client {
      Client(copies: copies, http: site.http, seed: Plan.seed &+ number &* 0x9E37_79B9)
    }

    /// The storm itself: everybody at once, until enough were killed.
    private func weather() async throws {
      var founder = client(1)
      let organisation = try await founder.found((0..<Person.counsellors).map { (.counsellor($0), "counsellor") })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await clockwork.keepMoving(client(2)) }
        group.addTask { try await sweeper.keepSweeping() }
        for number in 0..<StormTests.users {
          var user = User(
            number, organisation: organisation, ledger: ledger, clockwork: clockwork,
            client: client(100 + UInt64(number)))
          group.addTask { try await user.keepBusy() }
        }
        let toll = try await Killer(copies: copies, sweeper: sweeper, cluster: site.cluster)
          .run(kills: Plan.kills, seed: Plan.seed)
        clockwork.stop()
        sweeper.stop()
        try await group.waitForAll()
        #expect(toll.processes >= Plan.kills && toll.databases > 0)
        print("storm: killed \(toll.copies) services, \(toll.sweeps) sweeps, \(toll.databases) times PostgreSQL")
      }
    }

    /// Time enough for everything to be finished, and the accounts are checked; then so much that every space is erased.
    private func calm() async throws {
      var client = client(3)
      let entries = ledger.all
      let lives = try await settle(after: .seconds(2 * 86_400), entries, &client)
      let living = Set(lives.filter { !$0.isErased }.map(\.id))
      var rereading = Rereading(client: client)
      try await rereading.run(entries, living: living)
      print(
        """
        storm: \(lives.count) spaces, \(lives.count - living.count) erased; \(entries.messages.values.joined().count) \
        messages, \(entries.files.values.joined().count) files acknowledged; \(entries.unknown) ends unknown; clock \
        moved \(clockwork.epoch) times; \(copies.map(\.starts).reduce(0, +)) starts, \(sweeper.finished) whole sweeps
        """)
      expectABusyRun(lives, entries)
      let ends = try await settle(after: .seconds(600 * 86_400), entries, &client)
      #expect(ends.count == lives.count && ends.allSatisfy { $0.isErased })
      #expect(try await site.cluster.count("SELECT count(*) FROM ohjaustila.person") == 0)
    }

    /// Moves the clock, sweeps until nothing is due, and inspects everything.
    private func settle(
      after time: Duration, _ entries: Ledger.Entries, _ client: inout Client
    ) async throws -> [Inspection.Life] {
      let end = try await clockwork.read(&client) + time
      try await clockwork.move(to: end, &client)
      try await eventually("an end of what is due") {
        let sweep = try await sweeper.sweep()
        let left = try await site.cluster.count(
          """
          SELECT (SELECT count(*) FROM ohjaustila.due WHERE at <= \(end))
            + (SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at IS NULL)
          """)
        return sweep.end == .exited(0) && left == 0
      }
      let policies = try PolicyFile.loadFolder(TestInstallation.repository.appending(path: "Policies").path)
      let rules = try #require(policies.first { $0.register == "ohjaustila" }).notices
      let lives = try await Inspection(cluster: site.cluster, zone: zone, rules: rules, now: end).run(entries)
      for what in ["journal", "ledger"] {
        let verification = try await site.program.run(
          [what, "verify"] + site.options, log: "verify-\(what)-\(end).log")
        #expect(verification.end == .exited(0), "\(verification.output)")
      }
      return lives
    }

    /// A run in which little happened would prove little.
    private func expectABusyRun(_ lives: [Inspection.Life], _ entries: Ledger.Entries) {
      #expect(lives.contains { !$0.isErased })
      if Plan.kills >= 100 { #expect(lives.contains { $0.isErased }, "no space lived to its end") }
      #expect(entries.messages.values.joined().count > 20 && !entries.facts.isEmpty && !entries.files.isEmpty)
      #expect(sweeper.finished > 0)
    }
  }
}
