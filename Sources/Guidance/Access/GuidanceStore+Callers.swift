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
    var known = try await find(identity, digests)
    if known.lacksCode, identity.vouchesForCustomers {
      try await joinPeople(identity, digests)
      known = try await find(identity, digests)
    }
    let principal: Caller.Principal =
      if let account = known.account, identity.vouchesForStaff {
        .staff(account)
      } else if let person = known.person, identity.vouchesForCustomers {
        .customer(person)
      } else {
        .stranger
      }
    if known.orderDiffers { try await recordOrder(of: Caller(identity: identity, principal: principal)) }
    callers.remember(principal, of: identity)
    return principal
  }

  private func find(_ identity: Identity, _ digests: PersonDigests) async throws -> Known {
    try await service.readOnce([
      """
      SELECT account, person, ohjaustila.order_differs(person, \(identity.nonDisclosure)),
        ohjaustila.uncoded_person(\(digests.hetu), \(digests.subject)) IS NOT NULL FROM (
        SELECT ohjaustila.find_account(\(identity.issuer), \(identity.subject)) AS account,
          ohjaustila.find_person(\(digests.hetu), \(digests.subject)) AS person OFFSET 0) found
      """
    ]) { rows in
      let row = try rows[0].exactlyOne()
      return Known(
        account: try row.get(0), person: try row.get(1), orderDiffers: try row.get(2), lacksCode: try row.get(3))
    }
  }

  /// Keeps what the population register says of a non-disclosure order. Any token may say that there is one; that there
  /// is none is believed only of a token that knows the personal identity code.
  ///
  /// In a transaction of its own: with a space locked, a person's row is never waited for.
  private func recordOrder(of caller: Caller) async throws {
    let identity = caller.identity
    guard let person = caller.person, identity.nonDisclosure || identity.personalIdentityCode != nil else { return }
    _ = try await service.write(preamble: [stating(caller)]) { transaction in
      try transaction.execute(
        "UPDATE ohjaustila.person SET non_disclosure = \(identity.nonDisclosure) WHERE id = \(person)")
    }
  }
}

/// Whom the database knows an identity as.
private struct Known: Sendable {
  let account: ID<Account>?
  let person: ID<Person>?
  /// Whether another non-disclosure order is recorded of the person.
  let orderDiffers: Bool
  /// Whether the subject is known without the personal identity code that comes with it now.
  let lacksCode: Bool
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
