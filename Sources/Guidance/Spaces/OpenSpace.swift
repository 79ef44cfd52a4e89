import Foundation
import Lifecycle
import Postgres
import Vault

/// What a counsellor says of a new space.
public struct SpaceDraft: Sendable {
  /// A customer to invite: by personal identity code, or by a code sent to an e-mail address.
  public struct Customer: Sendable {
    /// Binds whoever signs in with it.
    public let personalIdentityCode: PersonalIdentityCode?
    /// Where the code goes when there is no personal identity code, and notices in any case.
    public let email: EmailAddress?
    /// What the counsellor calls them.
    public let name: String?

    /// Somebody to invite; has one of the first two.
    public init(personalIdentityCode: PersonalIdentityCode?, email: EmailAddress?, name: String?) {
      self.personalIdentityCode = personalIdentityCode
      self.email = email
      self.name = name
    }
  }

  /// Whose space it will be.
  public let organisation: ID<Organisation>
  /// For the participants only; sealed.
  public let title: String
  /// The organisation's when nil.
  public let language: Language?
  /// Codes.
  public let topics: [String]
  /// At least one.
  public let customers: [Customer]
  /// Most customers of a space.
  public static let maximumCustomers = 20

  /// A draft; lengths are checked where it is read.
  public init(
    organisation: ID<Organisation>, title: String, language: Language?, topics: [String], customers: [Customer]
  ) {
    self.organisation = organisation
    self.title = title
    self.language = language
    self.topics = topics
    self.customers = customers
  }
}

extension GuidanceStore {
  /// The register whose policy governs guidance spaces.
  static let register = "ohjaustila"

  /// Opens a space and invites its customers.
  ///
  /// - Throws: `Refusal.notFound` unless the caller is on the organisation's staff, `forbidden` unless as a counsellor
  ///   who has signed a confidentiality commitment, `invalid` for a customer who can't be invited.
  public func openSpace(_ draft: SpaceDraft, by caller: Caller, request: RequestKey? = nil) async throws -> SpaceView {
    guard case .staff(let account) = caller.principal else { throw Refusal.notFound }
    try Refusal.check(draft.title, field: "/title")
    for topic in draft.topics { try Refusal.check(topic, field: "/topics") }
    let invitations = try draft.customers.enumerated().map { index, customer in
      try Invitation(customer, index: index, among: draft.customers, language: draft.language ?? .finnish, keys: keys)
    }
    let opening = SpaceOpening(
      store: self, caller: caller, account: account, draft: draft, invitations: invitations,
      repeatable: request.map { idempotency($0, of: caller) })
    do {
      try await repeatably {
        try await service.write(preamble: [stating(caller, space: opening.id)], opening.run)
      }
    } catch let repetition as Repetition {
      return try await space(repetition.resource(Space.self), for: caller)
    }
    return try await space(opening.id, for: caller)
  }
}
