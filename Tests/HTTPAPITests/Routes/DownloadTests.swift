import Guidance
import HTTPTypes
import Lifecycle
import TestSupport
import Testing

@testable import HTTPAPI

/// Archives and files by ranges and under conditions, as clients resume and validate them.
@Suite struct DownloadTests {
  /// A scene with a file of some bytes, and the two addresses that are downloaded.
  private struct Content {
    let scene: Scene
    let token: String
    let archive: String
    let file: String
    let bytes: [UInt8]
    var service: TestService { scene.service }

    init(_ service: TestService) async throws {
      scene = try await Scene(service)
      token = try await scene.customer()
      var random = SplitMix64(seed: testSeed)
      bytes = random.bytes(700_000)
      let posted = try await scene.upload(bytes, name: "cv.pdf", type: "application/pdf", as: token)
      file = posted.headers[.location] ?? ""
      archive = scene.path + "/archive"
    }

    func get(_ path: String, _ headers: HTTPFields = [:], _ method: HTTPRequest.Method = .get) async throws -> Answer {
      try await service.send(method, path, as: token, headers: headers)
    }
  }

  @Test func bothTellWhatTheyAre() async throws {
    try await TestService.with { service in
      let content = try await Content(service)
      try await service.store.moveClock(to: service.store.clock.now + .seconds(3))
      for path in [content.archive, content.file] {
        let (get, head) = (try await content.get(path), try await content.get(path, [:], .head))
        #expect(get.status == .ok && head.status == .ok && head.bytes.isEmpty)
        for answer in [get, head] {
          #expect(answer.headers[.contentLength] == String(get.bytes.count))
          #expect(answer.headers[.acceptRanges] == "bytes" && answer.tag.hasPrefix("\"") && answer.tag == get.tag)
          #expect(HTTPDate(field: answer.headers[.lastModified] ?? "") != nil)
          #expect(answer.headers[.cacheControl] == "private, no-store")
          #expect(answer.headers[.contentDisposition]?.hasPrefix("attachment; filename=\"") == true)
          #expect(answer.headers[.contentRange] == nil)
        }
      }
    }
  }

  @Test func rangesAreSlicesAndResumptionsTheWhole() async throws {
    try await TestService.with { service in
      let content = try await Content(service)
      var random = SplitMix64(seed: testSeed)
      for path in [content.archive, content.file] {
        let whole = try await content.get(path)
        // Broken off somewhere, again and again, each time resumed under the tag.
        var got: [UInt8] = []
        while got.count < whole.bytes.count {
          let end = min(whole.bytes.count, got.count + Int.random(in: 1...300_000, using: &random))
          let part = try await content.get(
            path, [.range: "bytes=\(got.count)-\(end - 1)", .ifRange: whole.tag])
          #expect(part.status == .partialContent && part.tag == whole.tag)
          #expect(part.headers[.contentRange] == "bytes \(got.count)-\(end - 1)/\(whole.bytes.count)")
          #expect(part.headers[.contentLength] == String(end - got.count))
          guard part.bytes.count == end - got.count else { throw Unexpected(part) }
          got += part.bytes
        }
        #expect(got == whole.bytes, "OHJAUSTILA_SEED=\(testSeed)")
        let last = try await content.get(path, [.range: "bytes=-1"])
        #expect(last.bytes == Array(whole.bytes.suffix(1)))
        let joined = try await content.get(path, [.range: "bytes=0-9,10-19"])
        #expect(joined.status == .partialContent && joined.bytes == Array(whole.bytes.prefix(20)))
        let apart = try await content.get(path, [.range: "bytes=0-9,20-29"])
        #expect(apart.status == .ok && apart.bytes == whole.bytes)
        let head = try await content.get(path, [.range: "bytes=0-9"], .head)
        #expect(head.status == .ok && head.headers[.contentLength] == String(whole.bytes.count))
      }
    }
  }

  @Test func conditionsAreAnsweredWithoutBytes() async throws {
    try await TestService.with { service in
      let content = try await Content(service)
      for path in [content.archive, content.file] {
        let whole = try await content.get(path)
        let behind = try await content.get(path, [.range: "bytes=\(whole.bytes.count)-"])
        #expect(behind.status == .rangeNotSatisfiable && behind.problem == "range-not-satisfiable")
        #expect(behind.headers[.contentRange] == "bytes */\(whole.bytes.count)")
        for method in [HTTPRequest.Method.get, .head] {
          let same = try await content.get(path, [.ifNoneMatch: whole.tag], method)
          #expect(same.status == .notModified && same.bytes.isEmpty && same.tag == whole.tag)
          #expect(same.headers[.cacheControl] == "private, no-store" && same.headers[.contentType] == nil)
          let other = try await content.get(path, [.ifMatch: #""other""#], method)
          #expect(other.status == .preconditionFailed && other.headers[.eTag] == whole.tag)
          if method == .get { #expect(other.problem == "precondition-failed") }
        }
      }
    }
  }

  /// What has changed is sent anew, or not at all, and never from the middle on.
  @Test func aChangedArchiveIsNeverMixed() async throws {
    try await TestService.with { service in
      let content = try await Content(service)
      try await service.store.moveClock(to: service.store.clock.now + .seconds(5))
      let first = try await content.get(content.archive)
      let date = try #require(first.headers[.lastModified])
      _ = try await service.send(
        .post, content.scene.path + "/messages", as: content.token, #"{"text":"Lisää"}"#)
      for validator in [first.tag, date] {
        let answer = try await content.get(content.archive, [.range: "bytes=100-", .ifRange: validator])
        #expect(answer.status == .ok && answer.tag != first.tag && answer.bytes.count > first.bytes.count)
      }
      let strict = try await content.get(content.archive, [.range: "bytes=100-", .ifMatch: first.tag])
      #expect(strict.status == .preconditionFailed)
      // Just changed: it may change again in this second, and no date is told. On a busy machine the second may be over.
      var changed: ContinuousClock.Instant
      var young: Answer
      repeat {
        changed = .now
        _ = try await service.send(.post, content.scene.path + "/messages", as: content.token, #"{"text":"Vielä"}"#)
        young = try await content.get(content.archive)
      } while ContinuousClock.now - changed > .seconds(1)
      #expect(young.headers[.lastModified] == nil)
      try await service.store.moveClock(to: service.store.clock.now + .seconds(3))
      #expect(try await content.get(content.archive).headers[.lastModified] != nil)
    }
  }

  /// Conditions are asked of those who may have the bytes, and tell nobody else that there are any.
  @Test func conditionsAreNoWayIn() async throws {
    try await TestService.with { service in
      let content = try await Content(service)
      let tag = try await content.get(content.archive).tag
      let stranger = try await service.token("nobody")
      for fields: HTTPFields in [[.ifNoneMatch: tag], [.ifNoneMatch: "*"], [.ifMatch: #""x""#], [.range: "bytes=0-0"]] {
        let counsellor = try await service.send(
          .get, content.archive, as: content.scene.counsellor(), headers: fields)
        #expect(counsellor.status == .forbidden)
        #expect(try await service.send(.get, content.file, as: stranger, headers: fields).status == .notFound)
      }
    }
  }
}
