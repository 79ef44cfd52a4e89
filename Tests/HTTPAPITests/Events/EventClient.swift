import Guidance
import HTTPTypes
import Hummingbird
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// A copy of the service on a socket of its own, with its event streams.
enum EventServer {
  /// - Parameter installation: whose store is served; another copy than the scene's where one is given.
  static func run(
    _ installation: TestInstallation, shutdown: Duration = .seconds(10),
    _ body: @escaping @Sendable (LiveServer) async throws -> Void
  ) async throws {
    let store = installation.store
    let endpoints = API.endpoints(store: store, configuration: TestService.configuration, openAPI: "")
    let authenticator = Authenticator(
      issuers: [TestAPI.issuer.issuer], clock: { store.clock.now.microseconds }, logger: TestAPI.quiet)
    let responder = APIResponder(endpoints: endpoints, authenticator: authenticator, logger: TestAPI.quiet)
    let listening = ConnectionConfiguration(
      url: installation.url(RoleNames.standard.service), applicationName: "listening")
    try await LiveServer.run(
      responder, beside: EventService(store: store, listeningOn: listening), shutdown: shutdown, body)
  }
}

/// One block of a stream: an event, or a comment.
struct ReceivedEvent: Equatable {
  var id: Int?
  var name = ""
  var data = JSONValue.null
  var isHeartbeat = false

  init() {}

  /// An event whose data are one identifier and nothing else.
  init(id: Int, name: String, naming identifier: String) {
    (self.id, self.name) = (id, name)
    data = .object([JSONMember(name: "id", value: .string(identifier))])
  }

  /// A string of the data; empty when there is none.
  subscript(_ member: String) -> String { (data[member] ?? .null).text }
}

/// A stream's reading end.
struct EventClient {
  private var connection: RawConnection
  /// The head as it came.
  private(set) var head: String

  /// Opens a stream and reads its first event.
  static func with<R: Sendable>(
    port: Int, _ path: String, as token: String, lastEventID: String? = nil,
    _ body: @Sendable (inout EventClient) async throws -> R
  ) async throws -> R {
    try await RawConnection.with(port: port) { connection in
      var client = try await EventClient(&connection, path, as: token, lastEventID: lastEventID)
      return try await body(&client)
    }
  }

  private init(
    _ connection: inout RawConnection, _ path: String, as token: String, lastEventID: String?
  ) async throws {
    let resuming = lastEventID.map { "Last-Event-ID: \($0)\r\n" } ?? ""
    try await connection.get(path + "/events", headers: "Authorization: Bearer \(token)\r\n\(resuming)")
    head = try await connection.read(to: "\r\n\r\n")
    self.connection = connection
  }

  /// The next event or heartbeat; nil when the stream has ended.
  mutating func nextBlock() async throws -> ReceivedEvent? {
    let block = try await connection.read(to: "\n\n")
    guard block.hasSuffix("\n\n") else { return nil }
    var event = ReceivedEvent()
    // Lines that end with a carriage return are the chunks', not the stream's.
    for line in block.utf8.split(separator: UInt8(ascii: "\n")) where line.last != UInt8(ascii: "\r") {
      let text = String(decoding: line, as: UTF8.self)
      switch text.split(separator: ": ", maxSplits: 1).first {
      case "id": event.id = Int(text.dropFirst(4))
      case "event": event.name = String(text.dropFirst(7))
      case "data": event.data = try JSONParser.parse(Array(text.dropFirst(6).utf8))
      case ":": event.isHeartbeat = true
      case "retry": break
      default: throw UnexpectedLine(text: text)
      }
    }
    return event
  }

  /// The next event, heartbeats passed over.
  mutating func next() async throws -> ReceivedEvent? {
    while let block = try await nextBlock() {
      if !block.isHeartbeat { return block }
    }
    return nil
  }

  /// Asks again on the same connection, after a refusal.
  mutating func reopen(_ path: String, as token: String) async throws {
    _ = try await connection.read(to: "}")
    try await connection.get(path + "/events", headers: "Authorization: Bearer \(token)\r\n")
    head = try await connection.read(to: "\r\n\r\n")
  }

  struct UnexpectedLine: Error {
    let text: String
  }
}
