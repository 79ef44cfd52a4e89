import Guidance
import Hummingbird

/// What participants write to each other.
extension API {
  /// Room for the longest text, whatever it is escaped as.
  private static let messageLimit = 256 * 1024

  var messageEndpoints: [Endpoint] {
    [
      route(.get, "/v1/spaces/{space}/messages", "listMessages", listMessages),
      route(.post, "/v1/spaces/{space}/messages", "postMessage", body: Self.messageLimit, postMessage),
      route(.put, "/v1/spaces/{space}/messages/read-mark", "markRead", body: Self.bodyLimit, markRead),
    ]
  }

  private func listMessages(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let messages = try await store.messages(of: context.id("space"), page, for: participant(context))
    return .page(messages, of: request) { json, message in json.write(message) }
  }

  private func markRead(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    let number = try await request.json(context).object { try $0.int("number", 1...Int(Int32.max)) }
    try await store.markRead(through: number, in: space, by: participant(context))
    return Response(status: .noContent)
  }

  private func postMessage(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let id = try context.id("space", Space.self)
    let body = try await request.json(context)
    let text = try body.object { try $0.string("text", 1...Message.maximumLength) }
    let message = try await store.postMessage(
      text, to: id, by: participant(context), request: request.repeatable(body))
    return .json(.created) { json in json.write(message) }
  }
}
