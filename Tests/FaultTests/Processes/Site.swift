import AsyncHTTPClient
import Foundation
import Guidance
import TestSupport
import Testing

/// Copies of the real executable on a cluster of their own, and a space with a counsellor and a customer.
struct Site {
  let cluster: Cluster
  let copies: [ServiceCopy]
  let http: HTTPClient
  let folder: URL
  /// Runs it otherwise, on the same database.
  let program: Program
  let space: String

  var client: Client { Client(copies: copies, http: http, seed: Plan.seed) }
  var path: String { "/v1/spaces/\(space)" }

  /// - Parameter environment: of every run, beside what it needs to find its database.
  static func with(
    copies count: Int, environment: [String: String] = [:], _ body: (Site) async throws -> Void
  ) async throws {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let cluster = try await Cluster(in: folder.appending(path: "postgres"))
    let program = Program(
      resources: TestInstallation.repository, environment: cluster.variables.merging(environment) { $1 }, logs: folder)
    let arguments = ["serve", "--port", "0", "--dev", "--data", folder.appending(path: "data").path]
    let copies = (0..<count).map { ServiceCopy(program, name: "copy\($0)", arguments: arguments) }
    let http = HTTPClient(eventLoopGroupProvider: .singleton)
    do {
      let migration = try await program.run(["migrate"], log: "migrate.log")
      try #require(migration.end == .exited(0), "\(migration.output)")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for copy in copies { group.addTask { try await copy.supervise() } }
        defer { for copy in copies { copy.stop() } }
        let space = try await open(Client(copies: copies, http: http, seed: Plan.seed))
        try await body(
          Site(cluster: cluster, copies: copies, http: http, folder: folder, program: program, space: space))
        for copy in copies { copy.stop() }
        try await group.waitForAll()
      }
    } catch {
      try await http.shutdown()
      await cluster.stop()
      throw error
    }
    try await http.shutdown()
    await cluster.stop()
  }

  /// A token for who is to use it outside of `Client`.
  func token(_ person: Person) async throws -> String {
    var client = client
    return try #require(
      try await client.require(.post("/dev/tokens", person.claims)).members.token)
  }

  private static func open(_ client: Client) async throws -> String {
    var client = client
    let draft = #"{"name":"TE-palvelut","admins":[{"subject":"aino","name":"Aino"}]}"#
    let made = try await client.require(.post("/v1/organisations", draft, key: "organisation"), as: .operator)
    let organisation = try #require(made.members.id)
    let appointment = #"{"name":"Olli","roles":["counsellor"],"commitmentSignedOn":"2026-01-02"}"#
    _ = try await client.require(
      Call(
        method: "PUT", path: "/v1/organisations/\(organisation)/staff/\(Person.counsellor(0).subject)",
        body: Array(appointment.utf8), headers: ["Content-Type": "application/json"]), as: .admin)
    let opened = try await client.require(
      .post(
        "/v1/spaces",
        """
        {"organisationId":"\(organisation)","title":"Tiedostot",
        "customers":[{"hetu":"\(Person.customer(0).identityCode ?? "")"}]}
        """, key: "space"), as: .counsellor(0))
    let space = try #require(opened.members.id)
    _ = try await client.require(.post("/v1/spaces/\(space)/entry", "{}"), as: .customer(0))
    return space
  }
}
