public import Postgres

/// What a member of an organisation's staff may be there (domain.md).
public enum StaffRole: String, Sendable, CaseIterable, PostgresRepresentable {
  /// Opens and leads spaces.
  case counsellor
  /// Answers contact requests. Nothing to any space.
  case adviser
  /// Manages and reviews staff; closes, transfers and archives the spaces of a counsellor who is gone. Never reads content.
  case admin
  /// Follows figures. Nothing to any space.
  case supervisor
  /// Handles what data subjects ask for: holds, restrictions, erasures. Sees envelopes, never content; never an admin too.
  case dataProtectionOfficer
}
