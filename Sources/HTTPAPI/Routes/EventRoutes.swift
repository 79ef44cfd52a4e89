import Guidance
import HTTPTypes
import Hummingbird
import Lifecycle

/// What happens to a space, told as it happens.
extension API {
  var eventEndpoints: [Endpoint] {
    [route(.get, "/v1/spaces/{space}/events", "streamEvents", streamEvents)]
  }

  private func streamEvents(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let tokenExpiresAt = Instant(microseconds: try context.requireIdentity().expiresAt)
    let events = try await store.openEvents(
      of: context.id("space"), after: request.lastEventID(), tokenExpiresAt: tokenExpiresAt, for: participant(context))
    let headers: HTTPFields = [
      .contentType: "text/event-stream", .cacheControl: "no-store",
      // nginx would keep events back until a buffer is full.
      .accelBuffering: "no",
    ]
    return .stream(headers: headers, length: nil, context) { writer in
      try await HangUpHandler.watch(context.channel, { events.hangUp() }) {
        try await events.deliver { try await writer.write(ServerSentEvent.bytes($0)) }
      }
    }
  }
}

extension HTTPField.Name {
  fileprivate static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
  fileprivate static let lastEventID = HTTPField.Name("Last-Event-ID")!
}

extension Request {
  /// The number of the last event that the client has; nil for a client that begins with the present.
  fileprivate func lastEventID() throws(Problem) -> Int? {
    let values = headers[values: .lastEventID]
    guard let value = values.first else { return nil }
    let isNumber = (1...18).contains(value.utf8.count) && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard values.count == 1, isNumber, let number = Int(value) else {
      throw .invalidHeader(.lastEventID, "Must be the id of an event that this stream gave.")
    }
    return number
  }
}
