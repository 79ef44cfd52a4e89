import Foundation
import Lifecycle
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
    let today = zone.date(of: clock.now)
    if let known = callers.principal(of: identity, on: today) { return known }
    // A text that the database can't hold names nobody in it.
    guard !identity.issuer.utf8.contains(0), !identity.subject.utf8.contains(0) else {
      return .stranger
    }
    let digests = PersonDigests(identity, index: keys.blindIndex)
    var known = try await find(identity, digests, today)
    if known.lacksCode, identity.vouchesForCustomers {
      try await joinPeople(identity, digests)
      known = try await find(identity, digests, today)
    }
    let principal: Caller.Principal =
      if let account = known.account, identity.vouchesForStaff {
        .staff(account)
      } else if let person = known.person, identity.vouchesForCustomers {
        .customer(person)
      } else {
        .stranger
      }
    if known.isFirstUse { try await noteUse(of: Caller(identity: identity, principal: principal), on: today) }
    if known.orderDiffers { try await recordOrder(of: Caller(identity: identity, principal: principal)) }
    callers.remember(principal, of: identity, on: today)
    return principal
  }

  private func find(_ identity: Identity, _ digests: PersonDigests, _ today: CivilDate) async throws -> Known {
    try await service.readOnce([
      """
      SELECT account, person, ohjaustila.order_differs(person, \(identity.nonDisclosure)),
        ohjaustila.uncoded_person(\(digests.hetu), \(digests.subject)) IS NOT NULL,
        account IS NOT NULL AND ohjaustila.use_is_news(account, \(today)) FROM (
        SELECT ohjaustila.find_account(\(identity.issuer), \(identity.subject)) AS account,
          ohjaustila.find_person(\(digests.hetu), \(digests.subject)) AS person OFFSET 0) found
      """
    ]) { rows in
      let row = try rows[0].exactlyOne()
      return Known(
        account: try row.get(0), person: try row.get(1), orderDiffers: try row.get(2), lacksCode: try row.get(3),
        isFirstUse: try row.get(4))
    }
  }

  /// Writes down that a member of staff has come today. Rights that had lapsed by then are ended before: whether the
  /// scheduler has come to it does not matter.
  private func noteUse(of caller: Caller, on today: CivilDate) async throws {
    guard caller.isStaff else { return }
    let lapsed = accessReview?.lapsedThrough(at: clock.now, zone: zone)
    let ended = try await service.write(preamble: [stating(caller)]) { transaction in
      try transaction.exactlyOne("SELECT ohjaustila.note_use(\(today), \(lapsed))") { try $0.get(0, as: Int.self) }
    }
    if ended > 0 { events.announceMany() }
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
  /// Whether it is a member of staff's first request of the day.
  let isFirstUse: Bool
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
