import Crypto
import Foundation
import Guidance
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// tus 1.0.0 as its specification has it.
@Suite struct UploadTests {
  private struct Client {
    let service: TestService
    let scene: Scene
    let token: String

    init(_ service: TestService) async throws {
      self.service = service
      scene = try await Scene(service)
      token = try await scene.counsellor()
    }

    /// With the version, unless another is named.
    func send(
      _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], _ body: [UInt8] = [],
      version: String? = "1.0.0", as other: String? = nil
    ) async throws -> Answer {
      var headers = headers
      headers[.authorization] = "Bearer \(other ?? token)"
      if let version { headers[.tusResumable] = version }
      let answer = Answer(
        try await service.client.executeRequest(
          uri: path, method: method, headers: headers, body: ByteBuffer(bytes: body)))
      if answer.status.code != 503 { #expect(answer.headers[.tusResumable] == "1.0.0", "\(method) \(answer.text)") }
      return answer
    }

    func create(_ length: Int, _ headers: HTTPFields = [:]) async throws -> String {
      let answer = try await create(headers.with(.uploadLength, "\(length)"))
      guard answer.status == .created else { throw Unexpected(answer) }
      return answer.headers[.location] ?? ""
    }

    func create(_ headers: HTTPFields) async throws -> Answer {
      var headers = headers
      if headers[.uploadMetadata] == nil {
        headers[.uploadMetadata] = "filename dHnDti5wZGY=,filetype YXBwbGljYXRpb24vcGRm"
      }
      return try await send(.post, scene.path + "/uploads", headers)
    }

    func patch(_ path: String, at offset: Int, _ body: [UInt8], _ headers: HTTPFields = [:]) async throws -> Answer {
      var headers = headers
      headers[.uploadOffset] = "\(offset)"
      if headers[.contentType] == nil { headers[.contentType] = "application/offset+octet-stream" }
      return try await send(.patch, path, headers, body)
    }
  }

  @Test func aFileInThreePieces() async throws {
    try await TestService.with { service in
      let client = try await Client(service)
      let bytes = (0..<900_001).map { UInt8(truncatingIfNeeded: $0 &* 11 &+ $0 >> 9) }
      let path = try await client.create(bytes.count)
      for (start, end) in [(0, 300_000), (300_000, 300_000), (300_000, 900_001)] {
        let head = try await client.send(.head, path)
        #expect(head.status == .ok && head.headers[.uploadOffset] == "\(start)" && head.bytes.isEmpty)
        #expect(head.headers[.uploadLength] == "900001" && head.headers[.cacheControl] == "no-store")
        #expect(head.headers[.uploadMetadata] == "filename dHnDti5wZGY=,filetype YXBwbGljYXRpb24vcGRm")
        let answer = try await client.patch(path, at: start, Array(bytes[start..<end]))
        #expect(answer.status == .noContent && answer.headers[.uploadOffset] == "\(end)" && answer.bytes.isEmpty)
        let expires = try #require(answer.headers[.uploadExpires])
        #expect(expires.wholeMatch(of: /\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/) != nil)
      }
      let done = try await client.send(.get, path, version: nil)
      #expect(done.string("state") == "published" && done["offset"] == .number("900001"))
      let location = try #require(done.headers[.contentLocation])
      #expect(location == "\(client.scene.path)/files/\(done.string("fileId"))")
      let file = try await service.send(.get, location, as: client.scene.customer())
      #expect(file.bytes == bytes && file.headers[.contentType] == "application/pdf")
      #expect(file.headers[.reprDigest] == "sha-256=:\(Data(SHA256.hash(data: bytes)).base64EncodedString()):")
      #expect(file.headers[.contentDisposition]?.hasSuffix("filename*=UTF-8''ty%C3%B6.pdf") == true)
    }
  }

  @Test func theServerSaysWhatItSpeaks() async throws {
    try await TestService.with { service in
      let client = try await Client(service)
      let answer = try await service.send(.options, client.scene.path + "/uploads")
      #expect(answer.status == .noContent && answer.headers[.tusVersion] == "1.0.0")
      #expect(answer.headers[.tusExtension] == "creation,termination,expiration,checksum")
      #expect(answer.headers[.tusMaxSize] == "1073741824")
      #expect(answer.headers[.tusChecksumAlgorithm] == "sha1,sha256,sha512,md5")
    }
  }

  @Test func otherVersionsAreRefused() async throws {
    try await TestService.with { service in
      let client = try await Client(service)
      let path = try await client.create(5)
      for (method, version) in [
        (HTTPRequest.Method.patch, "0.2.2"), (.head, "0.2.2"), (.delete, nil), (.patch, nil), (.post, nil),
      ] {
        let target = method == .post ? client.scene.path + "/uploads" : path
        let answer = try await client.send(method, target, version: version)
        #expect(answer.status == .preconditionFailed && answer.headers[.tusVersion] == "1.0.0")
        if method != .head { #expect(answer.problem == "upload-version") }
      }
    }
  }

  @Test(
    arguments: [
      ([:], "Upload-Length"), ([.uploadLength: "-1"], "Upload-Length"), ([.uploadLength: ""], "Upload-Length"),
      ([.uploadLength: "+5"], "Upload-Length"), ([.uploadLength: "99999999999999999999"], "Upload-Length"),
      ([.uploadLength: "5", .uploadDeferLength: "1"], "Upload-Defer-Length"),
      ([.uploadDeferLength: "1"], "Upload-Defer-Length"),
      ([.uploadLength: "5", .uploadConcat: "partial"], "Upload-Concat"),
      ([.uploadLength: "5", .uploadMetadata: "other dA=="], "Upload-Metadata"),
      ([.uploadLength: "5", .uploadMetadata: "filename t"], "Upload-Metadata"),
      ([.uploadLength: "5", .uploadMetadata: "filename"], "Upload-Metadata"),
      ([.uploadLength: "5", .uploadMetadata: "filename dA==,filename dA=="], "Upload-Metadata"),
      ([.uploadLength: "5", .uploadMetadata: "filename dA==,,x"], "Upload-Metadata"),
      ([.uploadLength: "5", .uploadMetadata: "filename  dA=="], "Upload-Metadata"),
      ([.uploadLength: "5", .uploadMetadata: "filename /w=="], "Upload-Metadata"),
      ([.uploadLength: "5", .uploadMetadata: "filename YQpi"], "Upload-Metadata"),
      ([.uploadLength: "5", .uploadMetadata: "filename dA==,filetype dA=="], "Upload-Metadata"),
      ([.uploadLength: "5", .reprDigest: "sha-256=:dA==:"], "Repr-Digest"),
    ] as [(HTTPFields, String)])
  func whatCantBeTakenIsNamed(_ headers: HTTPFields, _ field: String) async throws {
    try await TestService.with { service in
      let answer = try await Client(service).create(headers)
      #expect(answer.status == .badRequest && answer.problem == "invalid-header", "\(answer.text)")
      #expect(answer.string("field") == field)
    }
  }

  @Test func checksumsAreCompared() async throws {
    try await TestService.with { service in
      let client = try await Client(service)
      let bytes = Array("hello world".utf8)
      let path = try await client.create(bytes.count * 4)
      let sums: [(String, [UInt8])] = [
        ("sha1", Array(Insecure.SHA1.hash(data: bytes))), ("sha256", Array(SHA256.hash(data: bytes))),
        ("sha512", Array(SHA512.hash(data: bytes))), ("md5", Array(Insecure.MD5.hash(data: bytes))),
      ]
      for (index, (name, sum)) in sums.enumerated() {
        let offset = index * bytes.count
        var wrong = sum
        wrong[0] ^= 1
        for (value, status, problem) in [
          ("\(name) \(Data(wrong).base64EncodedString())", 460, "checksum-mismatch"),
          ("\(name) \(Data(sum.dropLast()).base64EncodedString())", 400, "invalid-header"),
          ("crc32 AAAAAA==", 400, "invalid-header"), (name, 400, "invalid-header"),
        ] {
          let answer = try await client.patch(path, at: offset, bytes, [.uploadChecksum: value])
          #expect(answer.status.code == status && answer.problem == problem, "\(value) \(answer.text)")
          #expect(try await client.send(.head, path).headers[.uploadOffset] == "\(offset)")
        }
        let value = "\(name) \(Data(sum).base64EncodedString())"
        let answer = try await client.patch(path, at: offset, bytes, [.uploadChecksum: value])
        #expect(answer.status == .noContent, "\(name) \(answer.text)")
      }
      #expect(try await client.send(.get, path).string("state") == "published")
    }
  }

  @Test func offsetsAreExact() async throws {
    try await TestService.with { service in
      let client = try await Client(service)
      let path = try await client.create(10)
      let ahead = try await client.patch(path, at: 1, [1])
      #expect(ahead.status == .conflict && ahead.problem == "upload-offset" && ahead["offset"] == .number("0"))
      #expect(ahead.headers[.uploadOffset] == "0")
      let long = try await client.patch(path, at: 0, [UInt8](repeating: 0, count: 11))
      #expect(long.status == .contentTooLarge && long.problem == "body-too-large")
      let type = try await client.patch(path, at: 0, [1], [.contentType: "application/octet-stream"])
      #expect(type.status == .unsupportedMediaType && type.headers[.accept] == "application/offset+octet-stream")
      let wrong = try await client.patch(
        path, at: 0, [1], [.contentDigest: "sha-256=:\(Data(SHA256.hash(data: [2])).base64EncodedString()):"])
      #expect(wrong.status == .unprocessableContent && wrong.problem == "digest-mismatch")
      #expect(try await client.patch(path, at: 0, [1]).status == .noContent)
      #expect(try await client.send(.head, path).headers[.uploadOffset] == "1")
    }
  }

  @Test func anEndedUploadIsGone() async throws {
    try await TestService.with { service in
      let client = try await Client(service)
      let path = try await client.create(10)
      #expect(try await client.patch(path, at: 0, [1]).status == .noContent)
      let customer = try await client.scene.customer()
      for method in [HTTPRequest.Method.get, .head, .delete] {
        #expect(try await client.send(method, path, as: customer).status == .notFound)
      }
      #expect(try await client.send(.delete, path).status == .noContent)
      for method in [HTTPRequest.Method.get, .head, .delete] {
        #expect(try await client.send(method, path).status == .notFound)
      }
      #expect(try await client.patch(path, at: 1, [1]).status == .notFound)
      let overridden = try await client.create(2)
      let sent = try await client.send(
        .post, overridden,
        [.methodOverride: "PATCH", .uploadOffset: "0", .contentType: "application/offset+octet-stream"], [1])
      #expect(sent.status == .noContent && sent.headers[.uploadOffset] == "1")
      #expect(try await client.send(.post, overridden, [.methodOverride: "GET"]).status == .badRequest)
      #expect(try await client.send(.post, overridden, [.methodOverride: "DELETE"]).status == .noContent)
    }
  }

  @Test func aRepeatedCreationIsTheSameUpload() async throws {
    try await TestService.with { service in
      let client = try await Client(service)
      let key: HTTPFields = [.idempotencyKey: "k", .uploadLength: "10"]
      let first = try await client.create(key)
      let again = try await client.create(key)
      #expect(again.status == .created && first.headers[.location] == again.headers[.location])
      #expect(try await client.create(key.with(.uploadLength, "11")).problem == "idempotency-mismatch")
    }
  }

  @Test func tooManyAreRefused() async throws {
    var options = GuidanceStore.Options()
    options.openUploads = 1
    try await TestService.with(options: options) { service in
      let client = try await Client(service)
      _ = try await client.create(10)
      let answer = try await client.create([.uploadLength: "10"])
      #expect(answer.status == .tooManyRequests && answer["limit"] == .number("1"))
      #expect(answer.headers[.retryAfter] != nil)
    }
  }

  /// A disk that is full has a status of its own, also in the middle of a file.
  @Test func aFullDiskIsSaid() async throws {
    try await TestService.with { service in
      let client = try await Client(service)
      let path = try await client.create(2_000_000)
      for statement in [
        """
        CREATE FUNCTION public.full() RETURNS trigger LANGUAGE plpgsql
        AS $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$
        """,
        """
        CREATE TRIGGER full_disk BEFORE INSERT ON ohjaustila.file_chunk
        FOR EACH ROW EXECUTE FUNCTION public.full()
        """,
      ] as [Query] {
        _ = try await service.installation.asAdmin(statement) { _ in }
      }
      var headers: HTTPFields = [.authorization: "Bearer \(client.token)"]
      headers[.contentDisposition] = "attachment; filename=x"
      let body = ByteBuffer(bytes: [UInt8](repeating: 1, count: 2_000_000))
      let posted = Answer(
        try await service.client.executeRequest(
          uri: client.scene.path + "/files", method: .post, headers: headers, body: body))
      headers[.uploadOffset] = "0"
      headers[.tusResumable] = "1.0.0"
      headers[.contentType] = "application/offset+octet-stream"
      let patched = Answer(
        try await service.client.executeRequest(uri: path, method: .patch, headers: headers, body: body))
      for answer in [posted, patched] {
        #expect(answer.status.code == 507 && answer.problem == "insufficient-storage")
        #expect(answer.headers[.retryAfter] != nil)
      }
      #expect(try await client.send(.head, path).headers[.uploadOffset] == "0")
    }
  }
}

extension HTTPFields {
  fileprivate func with(_ name: HTTPField.Name, _ value: String) -> HTTPFields {
    var copy = self
    copy[name] = value
    return copy
  }
}
