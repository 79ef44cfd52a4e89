public import Foundation
public import Lifecycle
import Postgres

/// One look at something: who, when, from where, under which right, at what. Identifiers and codes only.
public struct AccessEntry: Hashable, Sendable {
  /// When it was decided, on the transaction's clock.
  public let at: Instant
  /// Who looked: an account; of a customer the place in the space, for nothing may stay of an erased person but what the
  /// journal has too.
  public let principal: UUID
  /// The role it was done under.
  public let role: String
  /// Whose space; nil where no organisation is concerned.
  public let organisation: ID<Organisation>?
  /// Which space; nil for a list.
  public let space: ID<Space>?
  /// The place in the space of who looked; nil for an admin who is not in it.
  public let participation: ID<Participation>?
  /// The code of an `Accessed.Kind`.
  public let what: String
  /// The file, where it was one.
  public let object: UUID?
  /// Of staff only.
  public let address: NetworkAddress?
  /// Of staff only: the identifier in the request's log lines.
  public let requestID: String?
  /// `shown`, or `refused` for who sees the space and may not do this to it.
  public let outcome: String

  /// How it ended.
  enum Outcome: String {
    case shown, refused
  }

  /// Something that a caller was shown or refused.
  ///
  /// Where a customer was is not written down: of an erased person nothing stays that finds them.
  init(
    at: Instant, by caller: Caller, _ principal: UUID, role: String, organisation: ID<Organisation>?,
    space: ID<Space>? = nil, participation: ID<Participation>? = nil, _ accessed: Accessed,
    outcome: Outcome = .shown
  ) {
    let origin = caller.person == nil && role != SpaceRole.customer.rawValue ? caller.origin : nil
    self.init(
      at: at, principal: principal, role: role, organisation: organisation, space: space,
      participation: participation, what: accessed.kind.rawValue, object: accessed.file?.uuid,
      address: origin?.address, requestID: origin?.requestID, outcome: outcome.rawValue)
  }

  /// An entry as it was stored.
  init(
    at: Instant, principal: UUID, role: String, organisation: ID<Organisation>?, space: ID<Space>?,
    participation: ID<Participation>?, what: String, object: UUID?, address: NetworkAddress?, requestID: String?,
    outcome: String
  ) {
    self.at = at
    self.principal = principal
    self.role = role
    self.organisation = organisation
    self.space = space
    self.participation = participation
    self.what = what
    self.object = object
    self.address = address
    self.requestID = requestID
    self.outcome = outcome
  }
}

extension AccessEntry {
  /// Reads what was stored, from the instant on, the address as text.
  init(_ cells: inout Cells) throws {
    self.init(
      at: try cells.next(), principal: try cells.next(), role: try cells.next(), organisation: try cells.next(),
      space: try cells.next(), participation: try cells.next(), what: try cells.next(), object: try cells.next(),
      address: try cells.next(as: String?.self).flatMap { NetworkAddress($0) }, requestID: try cells.next(),
      outcome: try cells.next())
  }
}
