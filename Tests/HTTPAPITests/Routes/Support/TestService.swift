import Guidance
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Lifecycle
import Logging
import NIOCore
import TestSupport

@testable import HTTPAPI

/// The whole service in process: the real responder and routes on a database of its own, with the development door.
struct TestService {
  let installation: TestInstallation
  let client: any TestClientProtocol
  let endpoints: [Endpoint]

  var store: GuidanceStore { installation.store }

  /// Runs a closure with a fresh service.
  static func with<Result: Sendable>(
    options: GuidanceStore.Options = .init(), connections: Int = 4, configuration: API.Configuration = configuration,
    outages: [IssuerOutage] = [], _ body: @escaping @Sendable (TestService) async throws -> Result
  ) async throws -> Result {
    try await TestInstallation.with(options: options, connections: connections) { installation in
      try await on(installation, configuration: configuration, outages: outages, body)
    }
  }

  /// Runs a closure with the service on an installation that there is.
  static func on<Result: Sendable>(
    _ installation: TestInstallation, configuration: API.Configuration = configuration, outages: [IssuerOutage] = [],
    _ body: @escaping @Sendable (TestService) async throws -> Result
  ) async throws -> Result {
    let store = installation.store
    let endpoints = API.endpoints(
      store: store, configuration: configuration, outages: { outages },
      development: DevelopmentDoor(issuer: TestAPI.issuer),
      openAPI: try Contract.text())
    let authenticator = Authenticator(
      issuers: [TestAPI.issuer.issuer], clock: { store.clock.now.microseconds }, logger: TestAPI.quiet)
    let responder = APIResponder(endpoints: endpoints, authenticator: authenticator, logger: TestAPI.quiet)
    return try await Application(responder: responder, logger: TestAPI.quiet).test(.router) { client in
      try await body(TestService(installation: installation, client: client, endpoints: endpoints))
    }
  }

  static let configuration = API.Configuration(
    operators: [.init(issuer: TestIssuer.url, subject: "operator")], staffIssuers: [TestIssuer.url],
    temporaryIdentityCodes: true)

  /// Sends a request; `json` is the body's text.
  func send(
    _ method: HTTPRequest.Method, _ path: String, as token: String? = nil, _ json: String? = nil,
    headers: HTTPFields = [:]
  ) async throws -> Answer {
    var headers = headers
    if let token { headers[.authorization] = "Bearer \(token)" }
    if json != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
    let body = json.map { ByteBuffer(string: $0) }
    return Answer(try await client.executeRequest(uri: path, method: method, headers: headers, body: body))
  }

  /// A token of the test issuer, good from now for an hour of the movable clock.
  func token(_ subject: String, _ members: String = "") async throws -> String {
    try await send(.post, "/dev/tokens", #"{"subject":"\#(subject)"\#(members.isEmpty ? "" : "," + members)}"#)
      .string("token")
  }

  /// Moves the clock to an instant and runs the scheduler up to it.
  func advance(to instant: String) async throws {
    let answer = try await send(.post, "/dev/clock", #"{"to":"\#(instant)"}"#)
    guard answer.status == .ok else { throw Unexpected(answer) }
  }
}

/// An answer that a test can't go on with.
struct Unexpected: Error, CustomStringConvertible {
  let description: String

  init(_ answer: Answer) {
    description = "\(answer.status): \(answer.text.prefix(500))"
  }
}
