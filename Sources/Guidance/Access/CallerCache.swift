import Lifecycle
import Synchronization

/// Which principal an identity is, as lately looked up.
///
/// Staff accounts never change their identifier. A person may be erased and come back as another, so a customer's entry
/// lives for seconds only, and a stranger's not at all: an invitation counts at once. Nobody is remembered from one day
/// to the next: that staff come to work is written down where they are looked up, day by day.
final class CallerCache: Sendable {
  private struct Key: Hashable {
    let issuer: ExactText
    let subject: ExactText
    let personalIdentityCode: PersonalIdentityCode?
    // A change of the order is written down where the identity is looked up.
    let nonDisclosure: Bool
    // A weaker token of the same person is not taken for the stronger one that came before it.
    let vouchesForStaff: Bool
    let vouchesForCustomers: Bool
  }

  private struct Entry {
    let principal: Caller.Principal
    let day: CivilDate
    let goodUntil: ContinuousClock.Instant
  }

  private static let capacity = 20_000
  private let entries = Mutex<[Key: Entry]>([:])

  func principal(of identity: Identity, on today: CivilDate) -> Caller.Principal? {
    let entry = entries.withLock { $0[Self.key(identity)] }
    guard let entry, entry.day == today, entry.goodUntil > .now else { return nil }
    return entry.principal
  }

  func remember(_ principal: Caller.Principal, of identity: Identity, on today: CivilDate) {
    let lifetime: Duration
    switch principal {
    case .staff: lifetime = .seconds(300)
    case .customer: lifetime = .seconds(20)
    case .stranger: return
    }
    entries.withLock { entries in
      if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
      entries[Self.key(identity)] = Entry(principal: principal, day: today, goodUntil: .now + lifetime)
    }
  }

  /// Forgets everybody: a person was erased.
  func clear() {
    entries.withLock { $0.removeAll(keepingCapacity: true) }
  }

  private static func key(_ identity: Identity) -> Key {
    Key(
      issuer: ExactText(identity.issuer), subject: ExactText(identity.subject),
      personalIdentityCode: identity.personalIdentityCode, nonDisclosure: identity.nonDisclosure,
      vouchesForStaff: identity.vouchesForStaff, vouchesForCustomers: identity.vouchesForCustomers)
  }
}
