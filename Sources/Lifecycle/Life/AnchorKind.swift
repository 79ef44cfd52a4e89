/// What the days of a stage are counted from.
public enum AnchorKind: String, CaseIterable, Hashable, Sendable {
  /// The opening of the space.
  case opening
  /// A customer's latest authentication.
  case authentication
  /// The latest reactivation.
  case reactivation
  /// The act of closing.
  case closing
  /// The act of archiving early.
  case earlyArchiving
  /// The last day of the stage before.
  case stageBefore
}
