import Crypto
import Guidance
import HTTPTypes
import Testing

@testable import HTTPAPI

/// Files in and out.
@Suite struct FileTests {
  @Test func comesBackAsAnAttachment() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let token = try await scene.counsellor()
      let bytes = Array("<script>alert(1)</script>".utf8)
      let posted = try await scene.upload(
        bytes, name: "..%2F%22%C3%A4%22.html", type: "text/html; charset=utf-8", as: token)
      let digest = SHA256.hash(data: bytes).hexadecimal
      #expect(posted.status == .created && posted.string("name") == "../\"ä\".html")
      #expect(posted.string("sha256") == digest && posted.string("contentType") == "text/html; charset=utf-8")
      #expect(posted.headers[.location] == "\(scene.path)/files/\(posted.string("id"))")
      for method in [HTTPRequest.Method.get, .head] {
        let file = try await service.send(method, posted.headers[.location] ?? "", as: token)
        #expect(file.status == .ok && file.bytes == (method == .get ? bytes : []))
        #expect(file.headers[.contentLength] == String(bytes.count) && file.tag == "\"\(digest)\"")
        #expect(file.headers[.contentType] == "text/html; charset=utf-8")
        #expect(
          file.headers[.contentDisposition]
            == "attachment; filename=\"..____.html\"; filename*=UTF-8''..%2F%22%C3%A4%22.html")
        #expect(file.headers[.xContentTypeOptions] == "nosniff")
        #expect(file.headers[.contentSecurityPolicy] == "sandbox; default-src 'none'")
        #expect(file.headers[.cacheControl] == "private, no-store")
      }
    }
  }

  @Test(arguments: [0, 1, 262_143, 262_144, 262_145, 3_000_000])
  func anySizeComesBackAsItWent(_ size: Int) async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
      let posted = try await scene.upload(bytes, name: "x", type: nil, as: scene.counsellor())
      #expect(posted.status == .created && posted.string("contentType") == "application/octet-stream")
      let file = try await service.send(.get, posted.headers[.location] ?? "", as: scene.customer())
      #expect(file.bytes == bytes)
    }
  }

  @Test func filesOverTheLimitAreRefused() async throws {
    try await TestService.with(options: GuidanceStore.Options(maximumFileSize: 1_000_000)) { service in
      let scene = try await Scene(service)
      let token = try await scene.counsellor()
      let long = try await scene.upload([UInt8](repeating: 0, count: 1_000_001), name: "x", type: nil, as: token)
      #expect(long.status == .contentTooLarge && long.problem == "body-too-large")
      #expect(long["limit"] == .number("1000000"))
      let fits = try await scene.upload([UInt8](repeating: 0, count: 1_000_000), name: "x", type: nil, as: token)
      #expect(fits.status == .created)
      #expect(try await service.send(.get, scene.path + "/files", as: token).items.count == 1)
    }
  }

  /// The share of a space has a problem of its own, in every way that something comes; the list says what is left.
  @Test func whatASpaceHoldsIsSaid() async throws {
    var options = GuidanceStore.Options()
    (options.space.bytes, options.space.files, options.space.messages) = (10, 5, 1)
    try await TestService.with(options: options) { service in
      let scene = try await Scene(service)
      let token = try await scene.counsellor()
      #expect(try await scene.upload([1, 2, 3, 4, 5, 6], name: "x", type: nil, as: token).status == .created)
      let list = try await service.send(.get, scene.path + "/files", as: token)
      #expect(list.text.contains(#""room":{"usedBytes":6,"limitBytes":10,"usedFiles":1,"limitFiles":5}"#))
      let posted = try await scene.upload([1, 2, 3, 4, 5], name: "x", type: nil, as: token)
      let begun = try await service.send(
        .post, scene.path + "/uploads", as: token,
        headers: [.tusResumable: "1.0.0", .uploadLength: "5", .uploadMetadata: "filename eA=="])
      for answer in [posted, begun] {
        #expect(answer.status == .contentTooLarge && answer.problem == "space-full")
        #expect(answer["content"] == .string("bytes") && answer["used"] == .number("6"))
        #expect(answer["limit"] == .number("10") && answer.headers[.retryAfter] == nil)
      }
      let first = try await service.send(.post, scene.path + "/messages", as: token, #"{"text":"Hei"}"#)
      let second = try await service.send(.post, scene.path + "/messages", as: token, #"{"text":"Hei"}"#)
      #expect(first.status == .created && second.status == .contentTooLarge)
      #expect(second.problem == "space-full" && second["content"] == .string("messages"))
    }
  }

  /// An upload as it goes over the wire: `size` bytes between the texts.
  struct Wire: Sendable {
    let framing: String
    var before = ""
    let size: Int
    var after = ""
    /// How the answer begins; empty where the client goes away instead of waiting for it.
    let answer: String
  }

  /// Over a socket: only there can a body end before its time, or come without an announced length.
  @Test(arguments: [
    Wire(framing: "Content-Length: 600000", size: 300_000, answer: ""),
    Wire(framing: "Transfer-Encoding: chunked", before: "8\r\n", size: 4, answer: ""),
    Wire(framing: "Content-Length: 1000001", size: 0, answer: "HTTP/1.1 413 "),
    Wire(
      framing: "Transfer-Encoding: chunked", before: "F4241\r\n", size: 1_000_001, after: "\r\n0\r\n\r\n",
      answer: "HTTP/1.1 413 "),
    Wire(
      framing: "Transfer-Encoding: chunked", before: "4\r\n", size: 4, after: "\r\n0\r\n\r\n", answer: "HTTP/1.1 201 "),
  ])
  func uploadsThatEndTooSoonOrTooLateLeaveNothing(_ wire: Wire) async throws {
    try await TestService.with(options: GuidanceStore.Options(maximumFileSize: 1_000_000)) { service in
      let scene = try await Scene(service)
      let token = try TestAPI.issuer.sign(TestIssuer.Claims(subject: "counsellor"), now: TestAPI.now)
      let upload = service.endpoints.filter { $0.operation == "uploadFile" }
      try await LiveServer.run(upload) { server in
        try await RawConnection.with(port: server.port) { connection in
          try await connection.send(
            "POST \(scene.path)/files HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer \(token)\r\n"
              + "Content-Disposition: attachment; filename=x\r\n\(wire.framing)\r\n\r\n"
              + wire.before + String(repeating: "x", count: wire.size) + wire.after)
          guard !wire.answer.isEmpty else { return try await connection.close() }
          #expect(try await connection.read(to: "\r\n").hasPrefix(wire.answer))
        }
      }
      let files = try await service.send(.get, scene.path + "/files", as: scene.counsellor())
      #expect(files.items.count == (wire.answer.contains("201") ? 1 : 0))
    }
  }

  @Test(
    arguments: [
      (nil, nil, "Content-Disposition"), ("inline; filename=x", nil, "Content-Disposition"),
      ("attachment", nil, "Content-Disposition"), ("attachment; filename*=UTF-8''%00", nil, "Content-Disposition"),
      ("attachment; filename*=UTF-8''a%0Ab", nil, "Content-Disposition"),
      ("attachment; filename=\"\"", nil, "Content-Disposition"),
      ("attachment; filename=x", "text", "Content-Type"), ("attachment; filename=x", "text/plain;", "Content-Type"),
    ] as [(String?, String?, String)])
  func namesAndTypesMustBeWellFormed(_ disposition: String?, _ type: String?, _ field: String) async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let answer = try await service.upload(
        [1], to: scene.path, disposition: disposition, type: type, as: scene.counsellor())
      #expect(answer.status == .badRequest && answer.problem == "invalid-header" && answer["field"] == .string(field))
    }
  }

  @Test func nobodyWritesFilesIntoAnArchive() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      try await scene.advance(to: "archivesAt", as: scene.counsellor())
      let answer = try await scene.upload([1], name: "x", type: nil, as: scene.customer())
      #expect(answer.status == .conflict && answer.problem == "wrong-state" && answer["state"] == .string("archived"))
    }
  }
}
