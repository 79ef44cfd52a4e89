import Testing

/// Copies of the service, and a space with a counsellor and a customer who has entered it.
struct Room: Sendable {
  let site: Site
  let copies: [ServiceCopy]
  let space: String

  var client: Client { site.client(of: copies) }
  var path: String { "/v1/spaces/\(space)" }

  /// - Parameters:
  ///   - options: of the service, beside those of every copy.
  ///   - environment: of every run, beside what it needs to find its database.
  static func with(
    copies count: Int, _ options: [String] = [], environment: [String: String] = [:],
    _ body: (Room) async throws -> Void
  ) async throws {
    try await Site.with(environment: { _ in environment }) { site in
      let copies = (0..<count).map { site.copy("copy\($0)", options) }
      try await ServiceCopy.whileRunning(copies) {
        var client = site.client(of: copies)
        let space = try await client.openSpace(in: try await client.found())
        _ = try await client.require(.post("/v1/spaces/\(space)/entry", "{}"), as: .customer(0))
        try await body(Room(site: site, copies: copies, space: space))
      }
    }
  }

  /// A token for who is to use it outside of `Client`.
  func token(_ person: Person) async throws -> String {
    var client = client
    return try #require(try await client.require(.post("/dev/tokens", person.claims)).members.token)
  }
}
