#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Names a data key; random.
public struct DataKeyID: Sendable, Hashable, CustomStringConvertible {
  /// The id.
  public let uuid: UUID

  /// Takes an id as it is.
  public init(_ uuid: UUID) { self.uuid = uuid }

  /// The id.
  public var description: String { uuid.uuidString.lowercased() }
}
