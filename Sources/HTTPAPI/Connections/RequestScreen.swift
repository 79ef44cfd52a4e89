import HTTPTypes
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// What of a request's header no two readers could understand differently.
///
/// Where a proxy and this service disagree about where a request ends, its sender can slip another one in between
/// (request smuggling). So whatever leaves room for that is refused and the connection closed (RFC 9112 §3.2, §6.3).
enum RequestScreen {
  /// Why the request is refused; nil for a sound one.
  static func problem(with head: HTTPRequestHead) -> Problem? {
    if head.version.major != 1 { return .malformedRequest("Only HTTP/1.1 and HTTP/1.0 are spoken here.") }
    if (try? HTTPRequest.Method(head.method)) == nil { return .malformedRequest("The method is no token.") }
    return framing(head) ?? host(head) ?? expectation(head)
  }

  /// One way to say where the body ends.
  private static func framing(_ head: HTTPRequestHead) -> Problem? {
    let (lengths, codings) = (head.headers["Content-Length"], head.headers["Transfer-Encoding"])
    if lengths.count > 1 { return .malformedRequest("There is more than one Content-Length.") }
    if let length = lengths.first, length.isEmpty || !length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return .malformedRequest("Content-Length is no number.")
    }
    guard !codings.isEmpty else { return nil }
    if !lengths.isEmpty { return .malformedRequest("There are both Content-Length and Transfer-Encoding.") }
    if head.version.minor == 0 { return .malformedRequest("HTTP/1.0 has no Transfer-Encoding.") }
    guard codings.count == 1, codings[0].lowercased() == "chunked" else {
      return .malformedRequest("Transfer-Encoding can only be chunked.")
    }
    return nil
  }

  /// One host, the target's own where that names one (RFC 9112 §3.2.2), without whom, where or how to get there.
  private static func host(_ head: HTTPRequestHead) -> Problem? {
    let hosts = head.headers["Host"]
    if hosts.count > 1 { return .malformedRequest("There is more than one Host.") }
    guard let host = hosts.first else {
      return head.version.minor == 0 ? nil : .malformedRequest("There is no Host.")
    }
    if RequestHost(host) == nil { return .malformedRequest("Host is neither a name nor an address.") }
    guard let authority = authority(of: head.uri), authority.lowercased() != host.lowercased() else { return nil }
    return .malformedRequest("Host is not the host of the target.")
  }

  /// `api.example.fi` of `http://api.example.fi/v1/me`; nil for a target that is only a path.
  private static func authority(of target: String) -> Substring? {
    guard target.utf8.first != UInt8(ascii: "/") else { return nil }
    let parts = target.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.count == 2 ? parts[1].prefix { !"/?#".contains($0) } : nil
  }

  private static func expectation(_ head: HTTPRequestHead) -> Problem? {
    let expectations = head.headers["Expect"]
    guard expectations.contains(where: { $0.lowercased() != "100-continue" }) else { return nil }
    return Problem(
      "expectation-failed", .expectationFailed, "Expectation failed", detail: "Only 100-continue can be expected.")
  }
}
