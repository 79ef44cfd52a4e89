/// What makes a repeated POST the same request: the client's key, and what it was sent to and with.
public struct RequestKey: Sendable {
  /// The client's `Idempotency-Key`, 1–255 characters.
  public let key: String
  /// The HTTP method.
  public let method: String
  /// The address's path, as it was received.
  public let path: String
  /// The body as received.
  public let body: [UInt8]

  /// How long a repetition is recognised.
  static let lifetimeHours = 24

  /// A key for one request.
  public init(key: String, method: String, path: String, body: [UInt8]) {
    self.key = key
    self.method = method
    self.path = path
    self.body = body
  }
}
