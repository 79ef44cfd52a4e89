import Crypto
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

@testable import HTTPAPI

/// A small API with every kind of endpoint.
enum TestAPI {
  static let now: Int64 = 1_800_000_000_000_000
  static let issuer = TestIssuer(key: P256.Signing.PrivateKey())
  static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  static func responder(
    _ more: [Endpoint] = [], door: FrontDoor = FrontDoor(), logger: Logger = quiet
  ) -> APIResponder {
    let authenticator = Authenticator(issuers: [issuer.issuer], clock: { now }, logger: logger)
    return APIResponder(endpoints: endpoints + more, authenticator: authenticator, door: door, logger: logger)
  }

  static func bearer(_ subject: String) throws -> HTTPFields {
    [.authorization: "Bearer \(try issuer.sign(TestIssuer.Claims(subject: subject), now: now))"]
  }

  struct Surprise: Error {}

  static let endpoints: [Endpoint] = [
    Endpoint(.get, "/health/live", "live", access: .anyone) { _, _ in
      .json { json in json.object { json in json.member("status", "ok") } }
    },
    Endpoint(.get, "/v1/me", "me") { _, context in
      let identity = try context.requireIdentity()
      return .json { json in json.object { json in json.member("subject", identity.subject) } }
    },
    Endpoint(.get, "/v1/spaces/{space}", "getSpace", access: .anyone) { _, context in
      let space = try context.parameter("space")
      return .json { json in json.object { json in json.member("space", space) } }
    },
    Endpoint(.patch, "/v1/spaces/{space}", "changeSpace", access: .anyone) { _, _ in Response(status: .noContent) },
    Endpoint(.get, "/v1/spaces/mine", "mine", access: .anyone) { _, _ in
      .json { json in json.object { json in json.member("literal", true) } }
    },
    Endpoint(.get, "/v1/spaces/{space}/files/{file}", "getFile", access: .anyone) { _, context in
      let (space, file) = (try context.parameter("space"), try context.parameter("file"))
      return .json { json in json.write("\(space) \(file)") }
    },
    Endpoint(.post, "/v1/notes", "note", access: .anyone, bodyLimit: 64) { request, context in
      let text = try await request.json(context).object { body in try body.string("text", 1...20) }
      return .json(.created) { json in json.object { json in json.member("text", text) } }
    },
    Endpoint(.post, "/v1/close", "close", access: .anyone, bodyLimit: 64) { request, context in
      let reason = try await request.json(context, emptyIsObject: true).object { body in
        try body.optionalString("reason", 1...20)
      }
      return .json { json in json.object { json in json.member("reason", reason) } }
    },
    Endpoint(.post, "/v1/files", "upload", access: .anyone, bodyLimit: 1 << 20) { request, context in
      var size = 0
      for try await buffer in try UploadBody(request, context) { size += buffer.readableBytes }
      return .json(.created) { json in json.object { json in json.member("size", size) } }
    },
    Endpoint(.get, "/v1/known", "known", access: .anyone) { _, context in
      .stream(headers: [.contentType: "text/plain"], length: 10, context) { writer in
        try await writer.write(Array("01234".utf8))
        try await writer.write(Array("56789".utf8))
      }
    },
    Endpoint(.get, "/v1/broken", "broken", access: .anyone) { _, _ in throw Surprise() },
  ]
}
