import HTTPTypes
import Hummingbird
import NIOCore

/// The contract: as it is, and to look at.
extension API {
  var contractEndpoints: [Endpoint] {
    [
      route(.get, "/openapi.yaml", "getContract", access: .anyone) { [openAPI] request, _ in
        _ = try QueryParameters(request)
        return Response(
          status: .ok, headers: [.contentType: "application/yaml; charset=utf-8"],
          body: ResponseBody(byteBuffer: ByteBuffer(string: openAPI)))
      },
      route(.get, "/docs", "getDocs", access: .anyone, getDocs),
      route(.get, "/docs/{file}", "getDocsFile", access: .anyone, getDocsFile),
    ]
  }

  private func getDocs(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    return Response(
      status: .ok,
      headers: [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: Self.docsPolicy],
      body: ResponseBody(byteBuffer: ByteBuffer(string: viewer == nil ? Self.plainPage : Self.viewerPage)))
  }

  private func getDocsFile(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    guard let file = viewer?.files[try context.parameter("file")] else { throw Problem.notFound }
    return Response(
      status: .ok, headers: [.contentType: file.contentType, .cacheControl: "public, max-age=3600"],
      body: ResponseBody(byteBuffer: file.bytes))
  }

  /// The page loads from here and nowhere else; its icons are in its style sheet.
  private static let docsPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  private static let viewerPage = """
    <!doctype html>
    <html lang="en">
    <head><meta charset="utf-8"><title>Ohjaustila</title><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
    <body><div id="contract"></div>
    <script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>
    <noscript><a href="/openapi.yaml">openapi.yaml</a></noscript></body>
    </html>

    """

  private static let plainPage = """
    <!doctype html>
    <html lang="en">
    <head><meta charset="utf-8"><title>Ohjaustila</title></head>
    <body><h1>Ohjaustila</h1><p>The contract is <a href="/openapi.yaml">openapi.yaml</a>.</p></body>
    </html>

    """
}
