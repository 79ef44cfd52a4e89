import Lifecycle
import Postgres

/// What an operator says of a new organisation.
public struct OrganisationDraft: Sendable {
  /// The organisation's name.
  public let name: String
  /// Y-tunnus, where it has one.
  public let businessID: BusinessID?
  /// Of its spaces, unless they say otherwise.
  public let language: Language
  /// The controller; the organisation itself when nil.
  public let controllerName: String?
  /// How to reach the controller.
  public let controllerContact: String?
  /// Where the privacy notice is.
  public let privacyNotice: String?
  /// Whose tokens can be its staff; the operator's own issuer unless given.
  public let staffIssuer: String?
  /// Its first admins, at least one.
  public let admins: [StaffAppointment]

  /// A draft; the database bounds its lengths.
  public init(
    name: String, businessID: BusinessID?, language: Language, controllerName: String?, controllerContact: String?,
    privacyNotice: String?, staffIssuer: String?, admins: [StaffAppointment]
  ) {
    self.name = name
    self.businessID = businessID
    self.language = language
    self.controllerName = controllerName
    self.controllerContact = controllerContact
    self.privacyNotice = privacyNotice
    self.staffIssuer = staffIssuer
    self.admins = admins
  }
}

extension GuidanceStore {
  /// Creates an organisation with its first admins.
  ///
  /// - Throws: `Refusal.forbidden` unless the caller is an operator.
  public func createOrganisation(
    _ draft: OrganisationDraft, by caller: Caller, request: RequestKey? = nil
  ) async throws -> Organisation {
    guard caller.identity.isOperator else { throw Refusal.forbidden(.operatorOnly) }
    try draft.check()
    let id = ID<Organisation>.make()
    let repeatable = request.map { idempotency($0, of: caller) }
    let issuer = draft.staffIssuer ?? caller.identity.issuer
    do {
      try await repeatably {
        try await service.write(preamble: [stating(caller)]) { transaction in
          if let repeatable { try repeatable.check(transaction.pipeline([repeatable.claim, repeatable.earlier])[1]) }
          try transaction.enqueue(draft.insertion(id, issuer: issuer))
          for admin in draft.admins {
            try transaction.enqueue("SELECT \(self.appointing(admin, to: id, issuer: issuer))")
          }
          if let repeatable {
            try transaction.enqueue(repeatable.forget)
            try transaction.enqueue(repeatable.remember(resource: id.uuid, space: nil, status: 201))
          }
        }
      }
    } catch let repetition as Repetition {
      return try await organisation(repetition.resource(Organisation.self))
    }
    return try await organisation(id)
  }
}

extension OrganisationDraft {
  fileprivate func insertion(_ id: ID<Organisation>, issuer: String) -> Query {
    """
    INSERT INTO ohjaustila.organisation (id, name, business_id, language, controller_name, controller_contact,
      privacy_notice, staff_issuer, created_at)
    VALUES (\(id), \(name), \(businessID?.description), \(language), \(controllerName ?? name), \(controllerContact),
      \(privacyNotice), \(issuer), ohjaustila.instant_now())
    """
  }
}

extension OrganisationDraft {
  fileprivate func check() throws(Refusal) {
    try Refusal.check(name, field: "/name")
    try Refusal.check(controllerName, field: "/controllerName")
    try Refusal.check(controllerContact, field: "/controllerContact")
    try Refusal.check(privacyNotice, field: "/privacyNotice")
    try Refusal.check(staffIssuer, field: "/staffIssuer")
    for admin in admins { try admin.check() }
  }
}

extension StaffAppointment {
  func check() throws(Refusal) {
    try Refusal.check(subject, field: "/subject")
    try Refusal.check(name, field: "/name")
    if let last = commitmentValidUntil {
      guard let signed = commitmentSignedOn, signed <= last else {
        throw .invalid(field: "/commitmentValidUntil", rule: "is no day before commitmentSignedOn")
      }
    }
    // Whoever decides on data protection does not decide on what they manage themselves (GDPR 38(6)).
    if roles.contains(.admin), roles.contains(.dataProtectionOfficer) {
      throw .invalid(field: "/roles", rule: "has admin or dataProtectionOfficer, not both in one person (GDPR 38(6))")
    }
  }
}
