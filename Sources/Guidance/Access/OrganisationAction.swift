/// What can be done in an organisation, beside its spaces.
public enum OrganisationAction: String, Sendable, CaseIterable {
  /// Sees, adds, changes and dismisses staff.
  case manageStaff
  /// Sees which rights nobody uses, confirms or ends them.
  case reviewAccess
  /// Sees what became of whose rights.
  case readStaffHistory
  /// Sees the spaces that no counsellor is left in.
  case readOrphans
  /// Sees how many spaces there are.
  case readFigures
  /// Opens a space.
  case openSpace
  /// Finds a person's spaces, sees who looked at what, previews and approves policies.
  case protectData
  /// Sees the certificates of erased spaces.
  case readErasures
}

extension Permissions {
  /// Who of an organisation's staff may do it.
  ///
  /// | action | counsellor | adviser | admin | supervisor | officer (DPO) |
  /// | --- | --- | --- | --- | --- | --- |
  /// | openSpace | with a commitment | — | — | — | — |
  /// | manageStaff, reviewAccess, readOrphans | — | — | yes | — | — |
  /// | readStaffHistory | — | — | yes | — | yes |
  /// | readFigures | — | — | yes | yes | — |
  /// | protectData | — | — | — | — | yes |
  /// | readErasures | — | — | yes | — | yes |
  ///
  /// Operators make and list organisations, and see forecasts, sweeps and notices that failed; nothing of a space.
  public static func roles(for action: OrganisationAction) -> [StaffRole] {
    switch action {
    case .openSpace: [.counsellor]
    case .manageStaff, .reviewAccess, .readOrphans: [.admin]
    case .readStaffHistory, .readErasures: [.admin, .dataProtectionOfficer]
    case .readFigures: [.admin, .supervisor]
    case .protectData: [.dataProtectionOfficer]
    }
  }
}
