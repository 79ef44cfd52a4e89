import Guidance

/// Everybody who may stand before the service, by what they are to one space and to the organisation that has it.
enum Persona: String, CaseIterable, Sendable {
  case customer, otherCustomer, formerCustomer
  case counsellor, second, pending, former, uncommitted, expired, ended, dismissed
  case colleague, adviser, supervisor, admin, officer
  case otherCounsellor, otherAdmin, otherOfficer
  case `operator`, stranger, nobody

  /// What they are to the space.
  var role: SpaceRole? {
    switch self {
    case .customer: .customer
    case .counsellor, .second: .counsellor
    case .admin: .admin
    case .officer: .dataProtectionOfficer
    case .otherCustomer, .formerCustomer, .pending, .former, .uncommitted, .expired, .ended, .dismissed, .colleague,
      .adviser, .supervisor, .otherCounsellor, .otherAdmin, .otherOfficer, .operator, .stranger, .nobody:
      nil
    }
  }

  /// What they may be on the organisation's staff; nil for who is not on it.
  var staff: [StaffRole]? {
    switch self {
    case .counsellor, .pending, .former, .uncommitted, .expired, .colleague: [.counsellor]
    case .ended: []
    case .adviser: [.adviser]
    case .supervisor: [.supervisor]
    case .admin: [.admin]
    case .officer: [.dataProtectionOfficer]
    // The second professional is another organisation's.
    case .second, .otherCounsellor, .otherAdmin, .otherOfficer, .dismissed, .customer, .otherCustomer, .formerCustomer,
      .operator, .stranger, .nobody:
      nil
    }
  }

  /// On some staff at all.
  var isStaff: Bool {
    switch self {
    case .second, .otherCounsellor, .otherAdmin, .otherOfficer: true
    default: staff != nil
    }
  }

  /// A fictitious test person's code, of customers.
  var hetu: String? {
    switch self {
    case .customer: "010594Y9032"
    case .otherCustomer: "020594X903P"
    case .formerCustomer: "030594W903B"
    default: nil
    }
  }
}
