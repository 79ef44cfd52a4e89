import Crypto
import Foundation
import Guidance
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import HTTPAPI

/// What a client says of its bytes is compared with what came.
@Suite struct DigestTests {
  private static let bytes = Array("hello world".utf8)
  private static let sha256 = Data(SHA256.hash(data: bytes)).base64EncodedString()
  private static let sha512 = Data(SHA512.hash(data: bytes)).base64EncodedString()
  private static let md5 = Data(Insecure.MD5.hash(data: bytes)).base64EncodedString()

  private static func post(_ headers: [(String, String)], _ scene: Scene) async throws -> Answer {
    var fields: HTTPFields = [
      .authorization: "Bearer \(try await scene.counsellor())", .contentDisposition: "attachment; filename=x",
    ]
    for (name, value) in headers {
      fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
    }
    return Answer(
      try await scene.service.client.executeRequest(
        uri: scene.path + "/files", method: .post, headers: fields, body: ByteBuffer(bytes: bytes)))
  }

  @Test func whatFitsIsTaken() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      for headers in [
        [("Repr-Digest", "sha-256=:\(Self.sha256):")], [("Content-Digest", "sha-512=:\(Self.sha512):")],
        [("Content-MD5", Self.md5)], [("Repr-Digest", "sha-256=:\(Self.sha256):,\tsha-512=:\(Self.sha512):")],
        [("Repr-Digest", "sha-256=:\(Self.sha256):"), ("Repr-Digest", "sha-512=:\(Self.sha512):")],
        // Unknown algorithms are nobody's; a key that comes again goes before.
        [("Repr-Digest", "unixsum=:AAA=:")],
        [("Repr-Digest", "sha-256=:\(String(repeating: "A", count: 43))=:, sha-256=:\(Self.sha256):")],
      ] {
        let answer = try await Self.post(headers, scene)
        #expect(answer.status == .created, "\(headers) \(answer.text)")
      }
    }
  }

  @Test func whatDoesNotFitIsRefusedAndNotPublished() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let zeros = { Data(count: $0).base64EncodedString() }
      for headers in [
        [("Repr-Digest", "sha-256=:\(zeros(32)):")], [("Content-Digest", "sha-512=:\(zeros(64)):")],
        [("Content-MD5", zeros(16))], [("Repr-Digest", "sha-256=:\(Self.sha256):, sha-512=:\(zeros(64)):")],
        [("Repr-Digest", "sha-256=:\(Self.sha256):"), ("Content-MD5", zeros(16))],
      ] {
        let answer = try await Self.post(headers, scene)
        #expect(answer.status == .unprocessableContent && answer.problem == "digest-mismatch", "\(answer.text)")
        #expect(answer.string("field") == headers.last?.0)
      }
      #expect(try await service.send(.get, scene.path + "/files", as: scene.counsellor()).items.isEmpty)
    }
  }

  @Test func whatIsNoDigestIsNamed() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      for (field, value) in [
        ("Repr-Digest", "sha-256"), ("Repr-Digest", "sha-256=\(Self.sha256)"), ("Repr-Digest", "sha-256=:AA==:"),
        ("Repr-Digest", "SHA-256=:\(Self.sha256):"), ("Repr-Digest", ""), ("Repr-Digest", "sha-256=:%%%:"),
        ("Repr-Digest", "sha-256=:\(Self.sha256):,"), ("Content-Digest", "sha-256=:\(Self.sha256)"),
        ("Content-Digest", "sha-256=:\(Self.sha256): x"), ("Content-MD5", "AA=="), ("Content-MD5", ":\(Self.md5):"),
      ] {
        let answer = try await Self.post([(field, value)], scene)
        #expect(answer.status == .badRequest && answer.problem == "invalid-header", "\(value) \(answer.text)")
        #expect(answer.string("field") == field)
      }
    }
  }

  /// What browsers and desktops would run is kept as it is, and handed out so that nothing runs it.
  @Test(arguments: [
    ("a.html", "text/html", "<script>alert(1)</script>"),
    ("a.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("a.js", "text/javascript", "alert(1)"), ("a.xhtml", "application/xhtml+xml", "<html/>"),
    ("a.exe", "application/x-msdownload", "MZ\u{0}\u{0}"), ("a.desktop", "application/x-desktop", "[Desktop Entry]"),
    ("a.hta", "application/hta", "<hta:application/>"), ("a.pdf", "application/pdf", "%PDF-1.7"),
    ("a.mht", "multipart/related", "MIME-Version: 1.0"), ("a.swf", "application/x-shockwave-flash", "CWS"),
  ])
  func nothingRuns(_ name: String, _ type: String, _ content: String) async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let posted = try await scene.upload(Array(content.utf8), name: name, type: type, as: scene.counsellor())
      #expect(posted.status == .created)
      let file = try await service.send(.get, posted.headers[.location] ?? "", as: scene.customer())
      #expect(file.bytes == Array(content.utf8) && file.headers[.contentType] == type)
      #expect(file.headers[.xContentTypeOptions] == "nosniff")
      #expect(file.headers[.contentSecurityPolicy] == "sandbox; default-src 'none'")
      #expect(file.headers[.contentDisposition]?.hasPrefix("attachment; ") == true)
      #expect(file.headers[.cacheControl] == "private, no-store")
      #expect(file.headers[.referrerPolicy] == "no-referrer")
    }
  }
}
