public import NIOCore

/// Bounds on what a connection may cost.
public struct HTTPLimits: Sendable {
  /// A connection without a request is closed after this; so is one whose next header has not come whole by then.
  public var idleTimeout: TimeAmount = .seconds(60)
  /// A new connection's first header comes whole within this, its TLS handshake included.
  public var headTimeout: TimeAmount = .seconds(20)
  /// How long a client may keep us waiting for a body, beyond what `minimumBodyRate` grants it.
  public var bodyPatience: TimeAmount = .seconds(20)
  /// Bytes a second that a client sends at least, on an average over `bodyPatience`.
  public var minimumBodyRate = 2048
  /// What may still come of a body that nobody reads, in bytes; beyond that the connection is closed.
  public var maximumDrain = 64 * 1024
  /// Most requests sent ahead of their answers; a client that sends more is cut off after those before it.
  public var maximumPipelined = 64
  /// How long a connection that is to be closed is still read from, so that the client gets to see its answer.
  public var lingerTimeout: TimeAmount = .seconds(2)
  /// A client that takes nothing of an answer is cut off after this.
  public var stallTimeout: TimeAmount = .seconds(60)
  /// Longest single header field in bytes. Tokens are shorter, see `Authenticator`.
  public var maximumHeaderField = 16 * 1024
  /// Longest header in bytes.
  public var maximumHeader = 32 * 1024
  /// Most header fields.
  public var maximumHeaderFields = 100
  /// Most connections at a time; further ones wait in the backlog.
  public var maximumConnections = 12_000

  /// The defaults.
  public init() {}
}
