import AsyncHTTPClient
import Foundation
import NIOCore

/// The tour: a guidance space lives its whole life.
struct Tour {
  let client: DemoClient
  let uploadMegabytes: Int

  /// Fictitious test persons' codes are published; this is one of them (domain.md).
  private static let hetu = "010594Y9032"

  func run() async throws {
    let people = try await signIn()
    let space = try await open(people)
    try await write(in: space, people)
    try await upload(to: space, people)
    try await close(space, people)
    try await archive(space, people)
    try await erase(space, people)
    print("\nThe space has lived its whole life.")
  }

  private struct People {
    let operatorToken: String
    let admin: String
    let counsellor: String
    let customer: String
  }

  private func headline(_ text: String) {
    print("\n== \(text)")
  }

  private func token(_ subject: String, _ claims: [String: Any] = [:]) async throws -> String {
    let body = claims.merging(["subject": subject]) { $1 }
    return try await client.send("POST", "/dev/tokens", json: body, expect: 200).text("token")
  }

  private func signIn() async throws -> People {
    headline("Four people sign in")
    return People(
      operatorToken: try await token("operator"), admin: try await token("aino"),
      counsellor: try await token("olli"),
      customer: try await token("maija", ["hetu": Self.hetu, "name": "Maija Mallikas"]))
  }

  private func open(_ people: People) async throws -> String {
    headline("The operator creates an organisation; its admin adds a counsellor, who has signed the commitment")
    let organisation = try await client.send(
      "POST", "/v1/organisations", as: people.operatorToken,
      json: ["name": "Mallilan TE-palvelut", "admins": [["subject": "aino", "name": "Aino Admin"]]], expect: 201
    ).text("id")
    try await client.send(
      "PUT", "/v1/organisations/\(organisation)/staff/olli", as: people.admin,
      json: ["name": "Olli Ohjaaja", "roles": ["counsellor"], "commitmentSignedOn": "2026-01-02"], expect: 201)
    headline("The counsellor opens a space; the customer enters")
    let space = try await client.send(
      "POST", "/v1/spaces", as: people.counsellor,
      json: [
        "organisationId": organisation, "title": "Opiskelemaan aikuisena", "topics": ["opiskelu"],
        "customers": [["hetu": Self.hetu, "name": "Maija"]],
      ], expect: 201
    ).text("id")
    try await client.send("POST", "/v1/spaces/\(space)/entry", as: people.customer, json: [:], expect: 200)
    return space
  }

  private func write(in space: String, _ people: People) async throws {
    headline("Both write")
    let path = "/v1/spaces/\(space)/messages"
    try await client.send("POST", path, as: people.counsellor, json: ["text": "Hei Maija, tervetuloa!"], expect: 201)
    let answer = ["text": "Kiitos! Liitän todistukseni."]
    try await client.send("POST", path, as: people.customer, json: answer, expect: 201)
    try await client.send("GET", path, as: people.customer, expect: 200)
  }

  private func upload(to space: String, _ people: People) async throws {
    headline("A large file and a small one go up")
    let megabyte = ByteBuffer(repeating: 0x5A, count: 1 << 20)
    let pieces = AsyncStream<ByteBuffer> { continuation in
      for _ in 0..<uploadMegabytes { continuation.yield(megabyte) }
      continuation.finish()
    }
    let large = HTTPClientRequest.Body.stream(pieces, length: .known(Int64(uploadMegabytes) << 20))
    try await send("video.mp4", "video/mp4", large, to: space, people)
    let small = HTTPClientRequest.Body.bytes(ByteBuffer(string: "%PDF-1.4\n%%EOF\n"))
    try await send("todistus.pdf", "application/pdf", small, to: space, people)
  }

  private func send(
    _ name: String, _ type: String, _ body: HTTPClientRequest.Body, to space: String, _ people: People
  ) async throws {
    let path = "/v1/spaces/\(space)/files"
    print("\n> POST \(path) \(name)")
    try await client.send(
      "POST", path, as: people.customer, body: body,
      headers: ["Content-Type": type, "Content-Disposition": "attachment; filename*=UTF-8''\(name)"], expect: 201)
  }

  /// The instant of a boundary on a space's timeline.
  private func boundary(_ name: String, of space: String, as token: String) async throws -> String {
    let timeline = try await client.send("GET", "/v1/spaces/\(space)", as: token, expect: 200).object("timeline")
    guard let instant = timeline[name] as? String else { throw DemoFailure("the timeline has no \(name)") }
    return instant
  }

  /// Tokens live an hour: after the clock has moved, people sign in again.
  private func moveClock(to instant: String) async throws {
    try await client.send("POST", "/dev/clock", json: ["to": instant], expect: 200)
  }

  private func close(_ space: String, _ people: People) async throws {
    headline("Three months without the customer: the space closes by itself, and the counsellor reactivates it")
    try await moveClock(to: try await boundary("closesAt", of: space, as: people.counsellor))
    let counsellor = try await token("olli")
    let closed = try await client.send("GET", "/v1/spaces/\(space)", as: counsellor, expect: 200)
    guard try closed.text("state") == "reactivatable" else { throw DemoFailure("the space did not close") }
    try await client.send("POST", "/v1/spaces/\(space)/reactivate", as: counsellor, json: [:], expect: 200)
    headline("Guidance ends: the counsellor closes the space")
    try await client.send(
      "POST", "/v1/spaces/\(space)/close", as: counsellor, json: ["reason": "guidanceEnded"], expect: 200)
  }

  private func archive(_ space: String, _ people: People) async throws {
    headline("Three months later it is archived: gone for the counsellor, there for the customer")
    let before = try await token("olli")
    try await moveClock(to: try await boundary("archivesAt", of: space, as: before))
    let counsellor = try await token("olli")
    try await client.send("GET", "/v1/spaces/\(space)", as: counsellor, expect: 404)
    try await client.send("GET", "/v1/spaces", as: counsellor, expect: 200)
    let customer = try await token("maija", ["hetu": Self.hetu])
    try await client.send("GET", "/v1/spaces/\(space)", as: customer, expect: 200)
    let archive = try await client.send("GET", "/v1/spaces/\(space)/archive", as: customer, expect: 200)
    guard archive.bytes > uploadMegabytes << 20 else { throw DemoFailure("the archive is too small") }
  }

  private func erase(_ space: String, _ people: People) async throws {
    headline("Twelve months later it is erased, for everybody")
    let before = try await token("maija", ["hetu": Self.hetu])
    try await moveClock(to: try await boundary("erasesAt", of: space, as: before))
    let customer = try await token("maija", ["hetu": Self.hetu])
    try await client.send("GET", "/v1/spaces/\(space)", as: customer, expect: 404)
    try await client.send("GET", "/v1/spaces/\(space)/archive", as: customer, expect: 404)
  }
}
