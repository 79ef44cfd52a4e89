import Foundation

/// An identity and the principal that the database knows it as.
public struct Caller: Sendable {
  /// What the database knows the identity as. Never both: whoever is staff at an issuer is not a customer there.
  public enum Principal: Hashable, Sendable {
    case staff(ID<Account>)
    case customer(ID<Person>)
    /// Signed in, and nobody here: no staff account, and a person without a space.
    case stranger
  }

  /// What the token said.
  public let identity: Identity
  /// Whom the database knows.
  public let principal: Principal
  /// Where the request came from; nil where there was none.
  public let origin: RequestOrigin?

  /// Pairs an identity with the principal it was looked up as.
  public init(identity: Identity, principal: Principal, origin: RequestOrigin? = nil) {
    self.identity = identity
    self.principal = principal
    self.origin = origin
  }

  /// The principal's identifier, as row-level security compares it.
  var uuid: UUID? {
    switch principal {
    case .staff(let id): id.uuid
    case .customer(let id): id.uuid
    case .stranger: nil
    }
  }

  /// Whether they are on some staff.
  var isStaff: Bool {
    if case .staff = principal { true } else { false }
  }

  /// The customer's identifier when the caller is one.
  var person: ID<Person>? {
    if case .customer(let id) = principal { id } else { nil }
  }
}
