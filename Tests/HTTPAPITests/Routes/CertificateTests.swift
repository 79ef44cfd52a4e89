import Foundation
import Guidance
import HTTPTypes
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// What an organisation can show of spaces that are gone.
@Suite struct CertificateTests {
  private func officer(_ scene: Scene) async throws -> String {
    _ = try await scene.service.send(
      .put, "/v1/organisations/\(scene.organisation)/staff/tiina", as: scene.admin(),
      #"{"name":"Tiina","roles":["dataProtectionOfficer"]}"#)
    return try await scene.service.token("tiina")
  }

  private func erase(_ scene: Scene) async throws {
    let erased = try await scene.service.send(.post, scene.path + "/erasure", as: officer(scene), "{}")
    guard erased.status == .ok else { throw Unexpected(erased) }
  }

  @Test func aCertificateSaysWhatWasErasedAndNotWhose() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let path = "/v1/erasures/\(scene.space)"
      _ = try await service.send(.post, scene.path + "/messages", as: scene.customer(), #"{"text":"Salaisuus"}"#)
      #expect(try await service.send(.get, path, as: scene.admin()).status == .notFound)
      let before = try await service.send(.get, scene.path, as: scene.customer())
      try await scene.advance(to: "erasesAt", as: scene.customer())
      let certificate = try await service.send(.get, path, as: scene.admin())
      #expect(certificate.status == .ok && certificate.string("spaceId") == scene.space)
      for name in ["closesAt", "sealsAt", "archivesAt", "erasesAt"] {
        #expect(certificate.string("timeline", name) == before.string("timeline", name))
      }
      #expect(certificate["content", "messages"] == .number("1") && certificate["content", "files"] == .number("0"))
      #expect(certificate.string("policy", "register") == "ohjaustila")
      #expect(!certificate.string("policy", "source").isEmpty && !certificate.string("policy", "archiveSource").isEmpty)
      #expect(certificate.string("journal", "hash").count == 64 && certificate.string("ledgerBatch").count == 36)
      #expect(certificate.string("erasedAt") <= certificate.string("destroyedAt"))
      for secret in [Scene.hetu, "Opinnot", "maija", "Maija", "Olli", "Salaisuus", "opiskelu"] {
        #expect(!certificate.text.contains(secret), "\(secret)")
      }
      let read = try await service.send(.get, path, as: officer(scene))
      #expect(read.status == .ok && read["journal"] == certificate["journal"])
      for token in [try await scene.customer(), try await scene.counsellor(), try await service.token("operator")] {
        #expect(try await service.send(.get, path, as: token).status == .notFound)
        #expect(try await service.send(.get, "/v1/erasures", as: token).status == .forbidden)
      }
      #expect(try await service.send(.get, "/v1/erasures/x", as: scene.admin()).status == .notFound)
      #expect(try await service.send(.get, path + "?x=1", as: scene.admin()).status == .badRequest)
    }
  }

  /// By openssl, with the published key, as anybody would.
  @Test func aSignatureIsGoodForItsTextOnly() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      try await erase(scene)
      _ = try await service.store.sweep()
      let certificate = try await service.send(.get, "/v1/erasures/\(scene.space)", as: scene.admin())
      let parts = certificate.string("jws").split(separator: ".").map(String.init)
      #expect(parts.count == 3)
      let header = try JSONParser.parse(try #require(Base64URL.decode(parts[0].utf8)))
      let payload = try #require(Base64URL.decode(parts[1].utf8))
      #expect(header["alg"] == .string("EdDSA"))
      let keys = try await service.send(.get, "/.well-known/ohjaustila-archive-keys.json")
      let published = try #require(keys.json["keys"]?.elements.first { $0["kid"] == header["kid"] })
      let x = try #require(Base64URL.decode((published["x"] ?? .null).text.utf8))
      // The payload is what is read beside it.
      let shown = certificate.text.replacing(#","jws":"\#(certificate.string("jws"))""#, with: "")
      #expect(String(decoding: payload, as: UTF8.self) == shown)
      let signed = Array("\(parts[0]).\(parts[1])".utf8)
      let signature = try #require(Base64URL.decode(parts[2].utf8))
      #expect(try OpenSSL.verifies(signature, of: signed, with: x))
      #expect(try !OpenSSL.verifies(signature, of: signed + [0], with: x))
      let told = try DocumentedLines.check(certificate.string("jws"), keys: keys.bytes)
      #expect(told.contains("Verified Successfully") && told.contains(String(decoding: payload, as: UTF8.self)))
      let forged = parts[0] + "." + Base64URL.encode(payload.dropLast() + Array(" }".utf8)) + "." + parts[2]
      #expect(try !DocumentedLines.check(forged, keys: keys.bytes).contains(scene.space))
    }
  }

  /// Never final before the ciphertext and every master that ever wrapped the key are gone; then since the last of these.
  @Test func finalIsWhenEveryMasterIsGone() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let path = "/v1/erasures/\(scene.space)"
      func certificate() async throws -> Answer { try await service.send(.get, path, as: scene.admin()) }
      func alter(_ statement: Query) async throws { _ = try await service.installation.asAdmin(statement) { _ in } }
      try await alter("UPDATE ohjaustila.space_secret SET former_master_ids = ARRAY['earlier']")
      try await alter(
        "INSERT INTO ohjaustila.key_fingerprint (kind, id, digest, destroyed_at) VALUES ('master', 'earlier', '', NULL)"
      )
      try await erase(scene)
      _ = try await service.store.sweep()
      let first = try await certificate()
      let master = (first["finalWhen", "masterKeysAreDestroyed"]).elements.map(\.text)
      #expect(first["finalAt"] == .null && master.count == 2 && master.contains("earlier"))
      #expect(first["finalWhen", "contentIsDestroyed"] == .bool(false))
      try await alter(
        "UPDATE ohjaustila.key_fingerprint SET destroyed_at = '2031-01-02T00:00:00Z' WHERE id = 'earlier'")
      #expect(try await certificate()["finalAt"] == .null)
      try await alter(
        "UPDATE ohjaustila.key_fingerprint SET destroyed_at = '2030-01-02T00:00:00Z' WHERE kind = 'master' AND id <> 'earlier'"
      )
      let last = try await certificate()
      #expect(last.string("finalAt") == "2031-01-02T00:00:00Z" && last["finalWhen"] == .null)
      #expect(
        last["masterKeys"].elements.map { ($0["destroyedAt"] ?? .null).text }.sorted() == [
          "2030-01-02T00:00:00Z", "2031-01-02T00:00:00Z",
        ])
      // Masters that went before the ciphertext did: not before that.
      try await alter(
        "UPDATE ohjaustila.key_fingerprint SET destroyed_at = '2001-01-02T00:00:00Z' WHERE kind = 'master'")
      let late = try await certificate()
      #expect(late.string("finalAt") == late.string("destroyedAt"))
      try await alter("UPDATE ohjaustila.tombstone SET destroyed_at = NULL")
      let early = try await certificate()
      #expect(early["finalAt"] == .null && early["destroyedAt"] == .null)
      #expect(early["finalWhen", "contentIsDestroyed"] == .bool(true))
    }
  }

  @Test func listsHavePagesAndFilters() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let other = try await Scene.organisation(service, admin: "otherAdmin", counsellor: "otherCounsellor")
      var spaces = [scene.space]
      for _ in 0..<2 {
        let opened = try await service.send(
          .post, "/v1/spaces", as: scene.counsellor(),
          #"{"organisationId":"\#(scene.organisation)","title":"x","customers":[{"email":"a@example.fi"}]}"#)
        spaces.append(opened.string("id"))
      }
      for space in spaces {
        try await erase(Scene(service: service, organisation: scene.organisation, space: space))
        _ = try await service.store.sweep()
      }
      let admin = try await scene.admin()
      func ids(_ query: String) async throws -> [String] {
        let answer = try await service.send(.get, "/v1/erasures" + query, as: admin)
        guard answer.status == .ok else { throw Unexpected(answer) }
        return answer.items.map { ($0["spaceId"] ?? .null).text }
      }
      #expect(try await ids("") == spaces.reversed())
      let page = try await service.send(.get, "/v1/erasures?limit=2&register=ohjaustila", as: admin)
      #expect(page.items.count == 2 && page.headers[.link]?.contains("register=ohjaustila") == true)
      #expect(try await ids("?limit=2&cursor=\(page.string("nextCursor"))") == [spaces[0]])
      #expect(try await ids("?register=muu") == [])
      #expect(try await ids("?organisation=\(other)") == [])
      #expect(try await ids("?organisation=\(scene.organisation)").count == 3)
      let second = try await service.send(.get, "/v1/erasures/\(spaces[1])", as: admin).string("erasedAt")
      #expect(try await ids("?from=\(second)") == [spaces[2], spaces[1]])
      #expect(try await ids("?to=\(second)") == [spaces[0]])
      #expect(try await service.send(.get, "/v1/erasures?from=x", as: admin).status == .badRequest)
      #expect(try await service.send(.get, "/v1/erasures?cursor=x", as: admin).status == .badRequest)
      let others = try await service.send(.get, "/v1/erasures", as: service.token("otherAdmin"))
      #expect(others.status == .ok && others.items.isEmpty)
      #expect(
        try await service.send(.get, "/v1/erasures/\(spaces[0])", as: service.token("otherAdmin")).status == .notFound)
    }
  }
}

/// openssl as the judge of signatures.
private enum OpenSSL {
  static func verifies(_ signature: [UInt8], of message: [UInt8], with key: [UInt8]) throws -> Bool {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ohjaustila-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // SubjectPublicKeyInfo of an Ed25519 key (RFC 8410).
    let info: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00] + key
    for (name, bytes) in [("key", info), ("message", message), ("signature", signature)] {
      try Data(bytes).write(to: folder.appending(path: name))
    }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder.appending(path: "key").path,
      "-rawin", "-in", folder.appending(path: "message").path, "-sigfile", folder.appending(path: "signature").path,
    ]
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

/// The lines of docs/erasure.md, as they stand.
private enum DocumentedLines {
  static func check(_ jws: String, keys: [UInt8]) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ohjaustila-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(keys).write(to: folder.appending(path: "keys.json"))
    let file = TestInstallation.repository.appending(path: "docs/erasure.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let block = try #require(text.firstMatch(of: /(?s)<!-- certificate:begin.*?```sh\n(.*?)```/)).1
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["bash", "-c", "jws=$1\n\(block)", "bash", jws]
    process.currentDirectoryURL = folder
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return printed
  }
}
