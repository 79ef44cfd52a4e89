/// A code in the database that this version does not know: the database is newer, or damaged.
public struct UnknownCode: Error, CustomStringConvertible {
  /// What the code should have been.
  public let type: String
  /// The code.
  public let code: String

  /// One sentence for the log.
  public var description: String { "unknown \(type) code in the database: \(code)" }
}
