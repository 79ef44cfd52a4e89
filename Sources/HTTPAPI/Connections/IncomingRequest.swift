import NIOCore
import NIOHTTP1

/// A request whose body is still coming.
struct IncomingRequest {
  var patience: BodyPatience
  /// Bytes still to come; nil when nobody knows.
  private var missing: Int?
  /// The client waits for `100 Continue` and has not got it.
  var waitsForContinue: Bool

  init(_ head: HTTPRequestHead, patience: BodyPatience) {
    self.patience = patience
    let isChunked = head.headers.contains(name: "Transfer-Encoding")
    missing = isChunked ? nil : head.headers.first(name: "Content-Length").map { Int($0) ?? .max } ?? 0
    waitsForContinue = head.headers.contains(name: "Expect")
  }

  mutating func receive(_ bytes: Int, at now: NIODeadline) {
    patience.receive(bytes, at: now)
    missing = missing.map { $0 - bytes }
  }

  /// Whether the rest may as well be read: whoever answers before it has come need not close the connection.
  ///
  /// Never of a client that was not told to continue: it may send the body or the next request, and nobody can tell
  /// which (RFC 9110 §10.1.1).
  func isAsGoodAsHere(within bound: Int) -> Bool {
    guard !waitsForContinue, let missing else { return false }
    return missing <= bound
  }
}
