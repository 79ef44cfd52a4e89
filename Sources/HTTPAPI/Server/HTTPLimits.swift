public import NIOCore

/// Bounds on what a connection may cost.
public struct HTTPLimits: Sendable {
  /// A connection without a request, or in the middle of one that no longer arrives, is closed after this.
  public var idleTimeout: TimeAmount = .seconds(60)
  /// A client that takes nothing of an answer is cut off after this.
  public var stallTimeout: TimeAmount = .seconds(60)
  /// Longest single header field in bytes. Tokens are shorter, see `Authenticator`.
  public var maximumHeaderField = 16 * 1024
  /// Longest header in bytes.
  public var maximumHeader = 32 * 1024
  /// Most header fields.
  public var maximumHeaderFields = 100
  /// Most connections at a time; further ones wait in the backlog.
  public var maximumConnections = 4096

  /// The defaults.
  public init() {}
}
