import HTTPTypes
import Hummingbird

/// Which pages may call the service from a browser (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol).
///
/// Exact origins, no wildcard. Credentials are never allowed: the service reads no cookie, and a page sends its token
/// itself, so that a page elsewhere can do nothing on behalf of who happens to look at it.
public struct OriginPolicy: Sendable {
  private let origins: Set<String>

  /// A policy; with no origins browsers keep every other site's pages out.
  public init(origins: [String]) {
    self.origins = Set(origins)
  }

  /// What pages may read of an answer beyond its body.
  private static let exposed = [
    "Accept-Ranges", "Content-Disposition", "Content-Location", "Content-Range", "ETag", "Link", "Location",
    "Repr-Digest", "Retry-After", "Tus-Checksum-Algorithm", "Tus-Extension", "Tus-Max-Size", "Tus-Resumable",
    "Tus-Version", "Upload-Expires", "Upload-Length", "Upload-Metadata", "Upload-Offset", "WWW-Authenticate",
    "X-Request-Id",
  ].joined(separator: ", ")

  /// What pages may send.
  private static let accepted = [
    "Authorization", "Content-Digest", "Content-Disposition", "Content-MD5", "Content-Type", "Idempotency-Key",
    "If-Match", "If-None-Match", "If-Range", "Last-Event-ID", "Range", "Repr-Digest", "Tus-Resumable",
    "Upload-Checksum", "Upload-Length", "Upload-Metadata", "Upload-Offset", "X-Request-Id",
  ].joined(separator: ", ")

  /// The answer to a browser that asks before it sends a page's request; nil for what is no such question, or one from
  /// a page that may not.
  func preflight(_ request: Request, allowed: @autoclosure () -> [HTTPRequest.Method]) -> Response? {
    guard request.method == .options, request.headers[.accessControlRequestMethod] != nil, isAllowed(request) else {
      return nil
    }
    return Response(
      status: .noContent,
      headers: [
        .accessControlAllowMethods: allowed().map(\.rawValue).sorted().joined(separator: ", "),
        .accessControlAllowHeaders: Self.accepted, .accessControlMaxAge: "600",
      ])
  }

  /// Says whose page may read the answer. Caches are told that this differs by origin, also when nobody may.
  func complete(_ response: inout Response, to request: Request) {
    guard !origins.isEmpty else { return }
    response.headers.append(HTTPField(name: .vary, value: "Origin"))
    guard isAllowed(request), let origin = request.headers[.origin] else { return }
    response.headers[.accessControlAllowOrigin] = origin
    response.headers[.accessControlExposeHeaders] = Self.exposed
  }

  private func isAllowed(_ request: Request) -> Bool {
    let sent = request.headers[values: .origin]
    return sent.count == 1 && origins.contains(sent[0])
  }
}
