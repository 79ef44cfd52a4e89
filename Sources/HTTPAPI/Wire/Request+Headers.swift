import Guidance
import HTTPTypes
import Hummingbird

extension HTTPField.Name {
  static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
  static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
  static let link = HTTPField.Name("Link")!
}

extension Request {
  /// What makes this request recognisable as a repeat, when it came with an `Idempotency-Key`.
  func repeatable(_ body: JSONBody) throws(Problem) -> RequestKey? {
    try repeatable(body.bytes)
  }

  /// The same for a request whose body is recognised by something else, or not at all.
  func repeatable(_ body: [UInt8] = []) throws(Problem) -> RequestKey? {
    let values = headers[values: .idempotencyKey]
    guard let key = values.first else { return nil }
    let visible = key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    guard values.count == 1, visible, (1...255).contains(key.utf8.count) else {
      throw .invalidHeader(.idempotencyKey, "Must be one key of 1 to 255 visible ASCII characters.")
    }
    return RequestKey(key: key, method: method.rawValue, path: uri.path, body: body)
  }

  /// The entity tag that `If-Match` names, without its quotes; nothing when there is none or it is `*`, which every
  /// space that exists matches. A weak tag stays as it is, and so matches nothing (RFC 9110 §13.1.1).
  func ifMatch() throws(Problem) -> String? {
    guard let value = headers[.ifMatch], value != "*" else { return nil }
    if value.hasPrefix("W/\"") { return value }
    let tag = value.dropFirst().dropLast()
    guard value.utf8.count >= 2, value.hasPrefix("\""), value.hasSuffix("\""), !tag.contains("\"") else {
      throw .invalidHeader(.ifMatch, "Must be one entity tag in quotes, as ETag gave it, or *.")
    }
    return String(tag)
  }
}
