/// One bound value of a ``Query``, as it is sent. Data: not for logs.
public struct Bind: Hashable, Sendable {
  /// The declared type of the parameter.
  public let oid: UInt32
  /// The value in binary format; `nil` is NULL.
  public let bytes: [UInt8]?
}
