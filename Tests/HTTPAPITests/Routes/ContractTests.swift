import Foundation
import Guidance
import HTTPTypes
import Lifecycle
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
      #expect(exempt == ["listPolicies", "getPolicy", "getLiveness", "getReadiness", "getContract"])
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
    .tooLarge(limit: 1), .cutOff, .invitationRefused, .lastOne("x"),
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
    // No route limits its rate yet.
    #expect(named.subtracting(["too-many-requests"]) == table && table == schema)
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
}
