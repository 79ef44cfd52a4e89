import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// A guidance space from its opening to its erasure, as the README walks it.
@Suite struct TourTests {
  @Test func aSpaceLivesItsWholeLife() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      try await write(scene)
      let files = try await upload(scene)
      try await wind(scene)
      try await isHiddenFromStaff(scene)
      try await customerStillHasEverything(scene, files)
      try await endsForEverybody(scene)
    }
  }

  private func write(_ scene: Scene) async throws {
    let (customer, counsellor) = try await (scene.customer(), scene.counsellor())
    let entered = try await scene.service.send(.post, scene.path + "/entry", as: customer)
    #expect(entered.status == .ok && entered["state"] == .string("active"))
    #expect(entered.string("lastCustomerAuthenticationAt") != "")
    for (token, text) in [(customer, "Hei!"), (counsellor, "Tervetuloa. 👋")] {
      let posted = try await scene.service.send(
        .post, scene.path + "/messages", as: token, #"{"text":"\#(text)"}"#)
      #expect(posted.status == .created && posted.string("text") == text)
    }
    let read = try await scene.service.send(.get, scene.path + "/messages", as: customer)
    #expect(read.items.map { ($0["text"] ?? .null).text } == ["Hei!", "Tervetuloa. 👋"])
    #expect(read.items.map { ($0["sender"]?["role"] ?? .null).text } == ["customer", "counsellor"])
  }

  private func upload(_ scene: Scene) async throws -> [(id: String, bytes: [UInt8])] {
    let big = (0..<5_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var files: [(String, [UInt8])] = []
    for (name, bytes, token) in [
      ("iso.bin", big, try await scene.counsellor()),
      ("todistus%20%C3%A4.pdf", Array("%PDF-".utf8), try await scene.customer()),
    ] {
      let answer = try await scene.upload(bytes, name: name, type: "application/pdf", as: token)
      #expect(answer.status == .created && answer["size"] == .number("\(bytes.count)"))
      files.append((answer.string("id"), bytes))
    }
    return files
  }

  /// Without the customer it closes by itself, is reactivated, closed by the counsellor, and archived three months later.
  private func wind(_ scene: Scene) async throws {
    let service = scene.service
    try await scene.advance(to: "closesAt", as: scene.counsellor())
    let counsellor = try await scene.counsellor()
    let closed = try await service.send(.get, scene.path, as: counsellor)
    #expect(closed["state"] == .string("reactivatable") && closed["reactivatable"] == .bool(true))
    let again = try await service.send(.post, scene.path + "/reactivate", as: counsellor)
    #expect(again.status == .ok && again["state"] == .string("active"))
    let ended = try await service.send(.post, scene.path + "/close", as: counsellor, #"{"reason":"guidanceEnded"}"#)
    #expect(ended.status == .ok && ended["state"] == .string("reactivatable"))
    try await service.advance(to: ended.string("timeline", "archivesAt"))
  }

  private func isHiddenFromStaff(_ scene: Scene) async throws {
    for token in [try await scene.counsellor(), try await scene.admin()] {
      for path in ["", "/timeline", "/messages", "/files", "/participants", "/archive", "/journal", "/feedback"] {
        let answer = try await scene.service.send(.get, scene.path + path, as: token)
        #expect(answer.status == .notFound && answer.problem == "not-found", "\(path)")
      }
      for query in ["", "?role=admin", "?state=archived"] {
        #expect(try await scene.service.send(.get, "/v1/spaces" + query, as: token).items.isEmpty)
      }
    }
  }

  private func customerStillHasEverything(_ scene: Scene, _ files: [(id: String, bytes: [UInt8])]) async throws {
    let (service, customer) = (scene.service, try await scene.customer())
    let space = try await service.send(.get, scene.path, as: customer)
    #expect(space["state"] == .string("archived") && space.string("title") == "Opinnot")
    #expect(try await service.send(.get, "/v1/spaces", as: customer).items.count == 1)
    #expect(try await service.send(.get, scene.path + "/messages", as: customer).items.count == 2)
    for file in files {
      let bytes = try await service.send(.get, "\(scene.path)/files/\(file.id)", as: customer).bytes
      #expect(bytes == file.bytes)
    }
    let head = try await service.send(.head, scene.path + "/archive", as: customer)
    let archive = try await service.send(.get, scene.path + "/archive", as: customer)
    #expect(archive.status == .ok && archive.bytes.starts(with: Array("PK\u{3}\u{4}".utf8)))
    #expect(head.headers[.contentLength] == String(archive.bytes.count) && head.tag == archive.tag)
    let feedback = try await service.send(
      .put, scene.path + "/feedback", as: customer, #"{"rating":5,"text":"Kiitos"}"#)
    #expect(feedback.status == .ok)
    #expect(try await service.send(.get, scene.path + "/feedback", as: customer)["rating"] == .number("5"))
  }

  private func endsForEverybody(_ scene: Scene) async throws {
    try await scene.advance(to: "erasesAt", as: scene.customer())
    for token in [try await scene.customer(), try await scene.counsellor(), try await scene.admin()] {
      for path in ["", "/messages", "/files", "/archive", "/feedback", "/timeline", "/journal"] {
        #expect(try await scene.service.send(.get, scene.path + path, as: token).status == .notFound, "\(path)")
      }
      #expect(try await scene.service.send(.get, "/v1/spaces", as: token).items.isEmpty)
    }
    let left = try await scene.service.installation.asAdmin(
      """
      SELECT (SELECT count(*) FROM ohjaustila.message) + (SELECT count(*) FROM ohjaustila.file_chunk)
        + (SELECT count(*) FROM ohjaustila.space_secret) + (SELECT count(*) FROM ohjaustila.person)
      """
    ) { try $0.get(0, as: Int.self) }
    #expect(left == [0])
  }
}
