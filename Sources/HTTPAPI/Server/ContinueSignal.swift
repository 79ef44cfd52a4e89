import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes

/// The `100 Continue` that a client with a large body waits for.
///
/// It is sent when a handler begins to read, not before: whoever is refused never sends the body.
struct ContinueSignal: Sendable {
  private let channel: any Channel

  /// Nothing, unless the client asked for it.
  init?(_ request: Request, _ context: APIRequestContext) {
    guard request.headers[.expect]?.lowercased() == "100-continue", context.channel.isActive else { return nil }
    channel = context.channel
  }

  func send() async throws {
    try await channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
  }
}
