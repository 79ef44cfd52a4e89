import Foundation
import Postgres
import Vault

extension GuidanceStore {
  /// Looks up whom the database knows an identity as.
  ///
  /// A staff account decides before a person does: whoever is staff at an issuer is not a customer there.
  ///
  /// - Parameter origin: where the request came from, for the access log.
  public func caller(_ identity: Identity, from origin: RequestOrigin? = nil) async throws -> Caller {
    Caller(identity: identity, principal: try await principal(of: identity), origin: origin)
  }

  private func principal(of identity: Identity) async throws -> Caller.Principal {
    if let known = callers.principal(of: identity) { return known }
    // A text that the database can't hold names nobody in it.
    guard !identity.issuer.utf8.contains(0), !identity.subject.utf8.contains(0) else {
      return .stranger
    }
    let digests = PersonDigests(identity, index: keys.blindIndex)
    let (account, person) = try await service.readOnce([
      """
      SELECT ohjaustila.find_account(\(identity.issuer), \(identity.subject)),
        ohjaustila.find_person(\(digests.hetu), \(digests.subject))
      """
    ]) { rows in
      let row = try rows[0].exactlyOne()
      return (try row.get(0, as: ID<Account>?.self), try row.get(1, as: ID<Person>?.self))
    }
    let principal: Caller.Principal =
      if let account, identity.vouchesForStaff {
        .staff(account)
      } else if let person, identity.vouchesForCustomers {
        .customer(person)
      } else {
        .stranger
      }
    callers.remember(principal, of: identity)
    return principal
  }
}

/// The keyed hashes a person is found by.
struct PersonDigests: Sendable {
  /// Of the personal identity code, where there is one.
  let hetu: Bytea?
  /// Of issuer and subject.
  let subject: Bytea

  init(_ identity: Identity, index: BlindIndex) {
    hetu = identity.personalIdentityCode.map { Bytea(index.digest($0.text, kind: .hetu)) }
    let name = "\(identity.issuer.utf8.count):\(identity.issuer)\(identity.subject)"
    subject = Bytea(index.digest(name, kind: .subject))
  }
}
