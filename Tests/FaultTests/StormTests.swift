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
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let cluster = try await Cluster(in: folder.appending(path: "postgres"))
    do {
      try await Storm(folder: folder, cluster: cluster).run()
      await cluster.stop()
    } catch {
      await cluster.stop()
      throw error
    }
  }

  private struct Storm {
    let folder: URL
    let cluster: Cluster
    let zone: CivilZone
    let program: Program
    let copies: [ServiceCopy]
    let sweeper: Sweeper
    let ledger = Ledger()
    let clockwork: Clockwork

    init(folder: URL, cluster: Cluster) async throws {
      self.folder = folder
      self.cluster = cluster
      zone = try ZoneFile.load("Europe/Helsinki")
      clockwork = Clockwork(zone: zone)
      program = Program(
        resources: try StormResources.make(in: folder),
        environment: cluster.variables, logs: folder)
      let options = ["--dev", "--data", folder.appending(path: "data").path]
      copies = ["first", "second"].map { [program] name in
        ServiceCopy(program, name: name, arguments: ["serve", "--port", "0"] + options)
      }
      sweeper = Sweeper(program, arguments: ["sweep"] + options)
    }

    func run() async throws {
      let migration = try await program.run(["migrate"], log: "migrate.log")
      try #require(migration.end == .exited(0), "\(migration.output)")
      let http = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: HTTPClient.Configuration(timeout: .init(connect: .seconds(2), read: .seconds(20))))
      do {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for copy in copies { group.addTask { try await copy.supervise() } }
          do {
            try await weather(http)
            try await calm(http)
          } catch {
            for copy in copies { copy.stop() }
            throw error
          }
          for copy in copies { copy.stop() }
          try await group.waitForAll()
        }
      } catch {
        try await http.shutdown()
        throw error
      }
      try await http.shutdown()
    }

    private func client(_ number: UInt64, _ http: HTTPClient) -> Client {
      Client(copies: copies, http: http, seed: Plan.seed &+ number &* 0x9E37_79B9)
    }

    /// The storm itself: everybody at once, until enough were killed.
    private func weather(_ http: HTTPClient) async throws {
      let organisation = try await found(client(1, http))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await clockwork.keepMoving(client(2, http)) }
        group.addTask { try await sweeper.keepSweeping() }
        for number in 0..<StormTests.users {
          var user = User(
            number, organisation: organisation, ledger: ledger, clockwork: clockwork,
            client: client(100 + UInt64(number), http))
          group.addTask { try await user.keepBusy() }
        }
        let toll = try await Killer(copies: copies, sweeper: sweeper, cluster: cluster)
          .run(kills: Plan.kills, seed: Plan.seed)
        clockwork.stop()
        sweeper.stop()
        try await group.waitForAll()
        #expect(toll.processes >= Plan.kills && toll.databases > 0)
        print("storm: killed \(toll.copies) services, \(toll.sweeps) sweeps, \(toll.databases) times PostgreSQL")
      }
    }

    /// Time enough for everything to be finished, and the accounts are checked; then so much that every space is erased.
    private func calm(_ http: HTTPClient) async throws {
      var client = client(3, http)
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
      #expect(try await cluster.count("SELECT count(*) FROM ohjaustila.person") == 0)
    }

    /// Moves the clock, sweeps until nothing is due, and inspects everything.
    private func settle(
      after time: Duration, _ entries: Ledger.Entries, _ client: inout Client
    ) async throws -> [Inspection.Life] {
      let end = try await clockwork.read(&client) + time
      try await clockwork.move(to: end, &client)
      try await eventually("an end of what is due") {
        let sweep = try await sweeper.sweep()
        let left = try await cluster.count(
          """
          SELECT (SELECT count(*) FROM ohjaustila.due WHERE at <= \(end))
            + (SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at IS NULL)
          """)
        return sweep.end == .exited(0) && left == 0
      }
      let policies = try PolicyFile.loadFolder(TestInstallation.repository.appending(path: "Policies").path)
      let rules = try #require(policies.first { $0.register == "ohjaustila" }).notices
      let lives = try await Inspection(cluster: cluster, zone: zone, rules: rules, now: end).run(entries)
      for what in ["journal", "ledger"] {
        let verification = try await program.run(
          [what, "verify", "--dev", "--data", folder.appending(path: "data").path], log: "verify-\(what)-\(end).log")
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

    /// An organisation with its staff.
    private func found(_ client: Client) async throws -> String {
      var client = client
      let body = #"{"name":"Mallila","admins":[{"subject":"aino","name":"Aino"}]}"#
      let organisation = try #require(
        try await client.require(.post("/v1/organisations", body, key: "found"), as: .operator).members.id)
      for number in 0..<Person.counsellors {
        let subject = Person.counsellor(number).subject
        var call = Call.post(
          "/v1/organisations/\(organisation)/staff/\(subject)",
          #"{"name":"Nimi","roles":["counsellor"],"commitmentSignedOn":"2026-01-02"}"#)
        call.method = "PUT"
        _ = try await client.require(call, as: .admin)
      }
      return organisation
    }
  }
}
