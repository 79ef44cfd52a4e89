import Guidance
import HTTPTypes
import Hummingbird

/// The query parameters that every list takes.
let pageParameters: Set<String> = ["limit", "cursor"]

extension QueryParameters {
  /// The part of a list that is asked for.
  func page() throws(Problem) -> PageRequest {
    PageRequest(
      limit: try int("limit", PageRequest.limits) ?? PageRequest.defaultLimit, cursor: try string("cursor", 1...200))
  }
}

extension Response {
  /// A page of a list, with the way to the next one in the body and as a `Link`.
  ///
  /// - Parameter more: writes members of the body beside these.
  static func page<Item>(
    _ page: Page<Item>, of request: Request, beside more: (inout JSONWriter) -> Void = { _ in },
    _ write: (inout JSONWriter, Item) throws -> Void
  ) rethrows -> Response {
    try .list(page.items, next: page.nextCursor, of: request, beside: more, write)
  }

  /// A page of a list that is at hand as a whole; the cursor counts items.
  static func slice<Item>(
    _ items: [Item], _ page: PageRequest, of request: Request, _ write: (inout JSONWriter, Item) throws -> Void
  ) throws -> Response {
    let start = page.cursor.map { Int($0) ?? -1 } ?? 0
    guard (0...items.count).contains(start) else {
      throw Problem.invalidParameter("cursor", "Must be one that this list handed out.")
    }
    let end = min(start + page.limit, items.count)
    return try .list(Array(items[start..<end]), next: end < items.count ? String(end) : nil, of: request, write)
  }

  private static func list<Item>(
    _ items: [Item], next: String?, of request: Request, beside more: (inout JSONWriter) -> Void = { _ in },
    _ write: (inout JSONWriter, Item) throws -> Void
  ) rethrows -> Response {
    var headers = HTTPFields()
    if let next { headers[.link] = "<\(request.address(cursor: next))>; rel=\"next\"" }
    return try .json(headers: headers, capacity: 1024) { json in
      try json.object { json in
        try json.array("items") { json in
          for item in items { try write(&json, item) }
        }
        json.optional("nextCursor", next)
        more(&json)
      }
    }
  }
}

extension Request {
  /// The request's own address with another cursor.
  fileprivate func address(cursor: String) -> String {
    let pairs = (uri.query ?? "").split(separator: "&").filter { !$0.hasPrefix("cursor=") }
    let query = pairs.map { Self.safe($0) } + ["cursor=" + Self.safe(cursor[...])]
    return "\(uri.path)?\(query.joined(separator: "&"))"
  }

  /// Only what may stand between the angle brackets of a `Link`: the query came from the client.
  private static func safe(_ text: Substring) -> String {
    String(
      decoding: text.utf8.flatMap { byte -> [UInt8] in
        let isPlain = UInt8.isAlphanumeric(byte) || "-._~%=+".utf8.contains(byte)
        return isPlain ? [byte] : PercentEncoding.escape(byte)
      }, as: UTF8.self)
  }
}
