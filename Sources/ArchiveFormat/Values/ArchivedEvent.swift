/// Something that happened to the space as a whole.
public struct ArchivedEvent: Sendable, Hashable {
  /// What happened. The raw value stands in space.json.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The space was opened.
    case opened
    /// It was closed, by an act or because its time was up; it could still be reactivated.
    case closed
    /// It was active again.
    case reactivated
    /// It vanished from the professionals' view.
    case archived
    /// Its processing was restricted (GDPR 18).
    case restricted
    /// The restriction ended.
    case unrestricted
    /// Keeping it longer was decided.
    case holdPlaced
    /// That decision ended.
    case holdReleased
    /// A customer's data was removed by a decision of the data protection officer (GDPR 17).
    case contentRemoved
  }

  /// What happened.
  public var kind: Kind
  /// When it took effect.
  public var at: ArchiveInstant

  /// Describes an event.
  public init(_ kind: Kind, at: ArchiveInstant) {
    self.kind = kind
    self.at = at
  }
}
