/// What somebody is to one space.
public enum SpaceRole: String, Sendable, CaseIterable {
  case customer
  case counsellor
  /// An admin of the organisation who is not in the space: sees the envelope, never content.
  case admin
  /// A data protection officer of the organisation: sees the envelope, archived too, and decides on keeping and erasing.
  /// Never sees content.
  case dataProtectionOfficer
}
