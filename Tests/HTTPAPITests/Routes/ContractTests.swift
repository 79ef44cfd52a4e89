import Foundation
import Guidance
import HTTPTypes
import Lifecycle
import Logging
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// openapi.yaml and the service say the same.
@Suite struct ContractTests {
  @Test func everyRouteIsDescribedAndEveryDescriptionIsARoute() async throws {
    try await TestService.with { service in
      let routes = Set(service.endpoints.map { "\($0.method.rawValue) \($0.path) \($0.operation)" })
      let described = Set(try Contract().operations.map { "\($0.method) \($0.path) \($0.operation)" })
      #expect(routes.subtracting(described).isEmpty && described.subtracting(routes).isEmpty)
      #expect(Set(service.endpoints.map(\.operation)).count == service.endpoints.count)
    }
  }

  @Test func withoutTheDoorThereIsNoDevelopment() async throws {
    try await TestService.with { service in
      let endpoints = API.endpoints(store: service.store, configuration: TestService.configuration, openAPI: "")
      #expect(endpoints.allSatisfy { !$0.path.hasPrefix("/dev") })
      #expect(endpoints.count == service.endpoints.count - 4)
      let exempt = Set(endpoints.lazy.filter { $0.access == .anyone }.map(\.operation))
      #expect(
        exempt == [
          "listPolicies", "getPolicy", "getLiveness", "getReadiness", "getContract", "getArchiveKeys", "getSpaceSchema",
          "describeUploads", "downloadArchiveByLink", "getDocs", "getDocsFile",
        ])
    }
  }

  @Test func theContractIsServed() async throws {
    try await TestService.with { service in
      let answer = try await service.send(.get, "/openapi.yaml")
      #expect(answer.status == .ok && answer.headers[.contentType] == "application/yaml; charset=utf-8")
      #expect(answer.text == (try Contract.text()))
    }
  }

  @Test(arguments: [
    Refusal.notFound, .forbidden(.role), .wrongState(.active, allowedFrom: [.archived], since: nil), .restricted,
    .invalid(field: "/x", rule: "is y"), .invalid(field: "cursor", rule: "is y"),
    .invalid(field: "Content-Type", rule: "is y"), .preconditionFailed, .idempotencyMismatch, .idempotencyInProgress,
    .tooLarge(limit: 1), .cutOff, .invitationRefused, .lastOne("x"), .holdBeyondCap(latestUntil: .max),
    .holdStands(reason: "x", until: .max), .holdEnded(.released), .forbidden(.secondPerson), .colleagueUnavailable,
    .archiveChanged, .tooManyLinks(limit: 1),
    .digestMismatch(field: "Repr-Digest"), .digestMismatch(field: "Upload-Checksum"),
    .uploadLocked(retryAfter: .seconds(5)), .uploadOffset(1), .tooManyUploads(limit: 1),
    .spaceFull(.bytes, used: 1, limit: 1),
  ])
  func refusalsAreDocumented(_ refusal: Refusal) throws {
    let problem = refusal.problem()
    #expect(try Contract.text().contains("| /problems/\(problem.slug) | \(problem.status.code) |"))
  }

  /// Every problem that the sources name is in the table and in the schema's list, and the other way round.
  @Test func problemsAreDocumented() throws {
    let folder = TestInstallation.repository.appending(path: "Sources/HTTPAPI").resolvingSymlinksInPath()
    var named: Set<Substring> = []
    for case let file as URL in try #require(
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    where file.pathExtension == "swift" {
      for match in try String(contentsOf: file, encoding: .utf8).matches(of: /Problem\(\s*"([a-z-]+)"/) {
        named.insert(match.1)
      }
    }
    let text = try Contract.text()
    let table = Set(text.matches(of: /\| \/problems\/([a-z-]+) \|/).map(\.1))
    let schema = Set(text.matches(of: /- \/problems\/([a-z-]+)\n/).map(\.1))
    #expect(named == table && table == schema)
  }

  @Test func otherMethodsAreNamed() async throws {
    try await TestService.with { service in
      for (method, path, allow) in [
        (HTTPRequest.Method.delete, "/v1/spaces", "GET, HEAD, POST"), (.put, "/v1/me", "GET, HEAD, PATCH"),
        (.get, "/v1/spaces/x/close", "POST"), (.post, "/health/live", "GET, HEAD"),
      ] {
        let answer = try await service.send(method, path)
        #expect(
          answer.status == .methodNotAllowed && answer.headers[.allow] == allow
            && answer.problem == "method-not-allowed")
      }
    }
  }

  /// Whatever the method, and before anything is done: the operator could do some of it.
  @Test func unknownQueryParametersAreNamed() async throws {
    try await TestService.with { service in
      let token = try await service.token("operator")
      for endpoint in service.endpoints {
        let path = endpoint.path.replacing(/{[a-z]+}/, with: "01990a1c-7b1f-7c55-9d2e-5a5d1f0a7d11")
        let answer = try await service.send(endpoint.method, path + "?colour=red", as: token)
        #expect(
          answer.status == .badRequest && answer.problem == "invalid-parameter" && answer.string("field") == "colour",
          "\(endpoint.operation): \(answer.status) \(answer.text)")
      }
    }
  }

  @Test func headIsGetWithoutABody() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let token = try await scene.counsellor()
      for path in [scene.path, "/v1/me", "/v1/spaces", scene.path + "/messages"] {
        let head = try await service.send(.head, path, as: token)
        let get = try await service.send(.get, path, as: token)
        #expect(head.status == .ok && head.bytes.isEmpty && head.tag == get.tag)
        #expect(head.headers[.contentLength] == String(get.bytes.count))
      }
    }
  }

  @Test func storageErrorsTellWhatAClientCanDo() throws {
    let commit = try #require(Problem(PostgresError.commitUnknown("x")))
    #expect(commit.slug == "outcome-unknown" && commit.headers[.retryAfter] != nil)
    for error in [
      PostgresError.connectionFailed("x"), .connectionLost("x"), .queueFull(limit: 1), .queueDeadline(.zero), .shutDown,
    ] {
      let problem = try #require(Problem(error))
      #expect(
        problem.slug == "unavailable" && problem.status == .serviceUnavailable && problem.headers[.retryAfter] != nil)
    }
    #expect(Problem(PostgresError.misuse("x")) == nil)
  }

  /// Disk, memory, connections, a configured limit: real errors of a real server, raised where a message is written.
  @Test func aDatabaseWithoutRoomIsUnavailable() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let token = try await scene.counsellor()
      let post = { try await service.send(.post, scene.path + "/messages", as: token, #"{"text":"x"}"#) }
      func administer(_ query: Query) async throws { _ = try await service.installation.asAdmin(query) { _ in } }
      try await administer(
        """
        CREATE FUNCTION public.no_room() RETURNS trigger LANGUAGE plpgsql
        AS $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = TG_NAME; END$$
        """)
      for code in ["53000", "53100", "53200", "53300", "53400"] {
        try await administer(
          """
          CREATE TRIGGER \(identifier: code) BEFORE INSERT ON ohjaustila.message
          FOR EACH ROW EXECUTE FUNCTION public.no_room()
          """)
        let answer = try await post()
        let isDisk = code == "53100"
        #expect(answer.status.code == (isDisk ? 507 : 503), "\(code): \(answer.text)")
        #expect(answer.problem == (isDisk ? "insufficient-storage" : "unavailable"))
        #expect(isDisk || answer.string("detail").contains("no room"))
        #expect(answer.headers[.retryAfter] == (isDisk ? "300" : "30"))
        try await administer("DROP TRIGGER \(identifier: code) ON ohjaustila.message")
      }
      #expect(try await post().status == .created)
      let error = await #expect(throws: PostgresError.self) {
        try await administer("DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END$$")
      }
      #expect(error?.logLevel == .error && PostgresError.shutDown.logLevel == .warning)
    }
  }
}
