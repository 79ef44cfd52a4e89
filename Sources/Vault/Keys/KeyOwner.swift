#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Whose content a data key seals; bound into everything under the key.
public enum KeyOwner: Sendable, Hashable {
  /// A guidance space.
  case space(UUID)
  /// A customer.
  case person(UUID)
  /// A notice that outlives its space by days.
  case notice(UUID)

  /// Stands in sealed bytes' associated data: never change one.
  var scope: String {
    switch self {
    case .space: "space"
    case .person: "person"
    case .notice: "notice"
    }
  }

  var id: UUID {
    switch self {
    case .space(let id), .person(let id), .notice(let id): id
    }
  }
}
