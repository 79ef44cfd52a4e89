public import HTTPTypes
public import Hummingbird
import Logging

extension Response {
  /// An answer whose body is produced while it is sent.
  ///
  /// Whatever `produce` throws breaks the connection, so that the client sees a broken transfer and never a short
  /// success; so does a body that does not have the announced `length`. Decide and open everything before this call:
  /// afterwards the status is out.
  ///
  /// - Parameters:
  ///   - length: the body's length in bytes, if known; else the body is sent chunked.
  ///   - produce: writes the body, at the client's pace. It is cancelled when a bounded shutdown ends.
  public static func stream(
    _ status: HTTPResponse.Status = .ok, headers: HTTPFields, length: Int?, _ context: APIRequestContext,
    _ produce: @escaping @Sendable (inout StreamWriter) async throws -> Void
  ) -> Response {
    let body = ResponseBody(contentLength: length) { body in
      var writer = StreamWriter(body, length: length, channel: context.channel)
      do {
        try await produce(&writer)
        try await writer.finish()
      } catch {
        context.logger.info(
          "stream broken off",
          metadata: [
            "operation": "\(context.endpoint?.operation ?? "-")", "bytes": "\(writer.written)", "error": "\(error)",
          ])
        throw error
      }
    }
    return Response(status: status, headers: headers, body: body)
  }
}
