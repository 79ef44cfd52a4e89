import Guidance

extension JSONWriter {
  /// An organisation's public facts.
  mutating func write(_ organisation: Organisation) {
    object { json in
      json.member("id", organisation.id.description)
      json.member("name", organisation.name)
      json.optional("businessId", organisation.businessID)
      json.member("language", organisation.language.rawValue)
      json.member("controllerName", organisation.controllerName)
      json.optional("controllerContact", organisation.controllerContact)
      json.optional("privacyNotice", organisation.privacyNotice)
      json.member("staffIssuer", organisation.staffIssuer)
      json.member("createdAt", organisation.createdAt)
    }
  }

  /// A member of staff.
  mutating func write(_ member: StaffMember) {
    object { json in
      json.member("issuer", member.issuer)
      json.member("subject", member.subject)
      json.member("name", member.name)
      json.optional("email", member.email)
      json.member("roles", member.roles.map(\.rawValue))
      json.optional("commitmentSignedOn", member.commitmentSignedOn)
      json.optional("commitmentValidUntil", member.commitmentValidUntil)
      json.member("createdAt", member.createdAt)
    }
  }

  /// Whom the service takes the caller for.
  mutating func write(_ me: Me) {
    let identity = me.caller.identity
    object { json in
      json.member("issuer", identity.issuer)
      json.member("subject", identity.subject)
      json.optional("name", identity.name)
      json.member("kind", me.caller.principal.kind)
      json.member("operator", identity.isOperator)
      json.member("roles", me.roles)
      json.array("organisations") { json in
        for membership in me.memberships { json.write(membership) }
      }
      if let contact = me.contact {
        json.member("email", contact.email)
        json.member("language", contact.language.rawValue)
      }
    }
  }

  private mutating func write(_ membership: Me.Membership) {
    object { json in
      json.member("id", membership.organisation.description)
      json.member("name", membership.name)
      json.member("roles", membership.roles.map(\.rawValue))
      json.optional("commitmentSignedOn", membership.commitmentSignedOn)
      json.optional("commitmentValidUntil", membership.commitmentValidUntil)
    }
  }
}

extension Me {
  /// What the caller is anywhere, each once.
  fileprivate var roles: [String] {
    let staff = StaffRole.allCases.filter { role in memberships.contains { $0.roles.contains(role) } }
    let customer = caller.principal.kind == "customer" ? ["customer"] : []
    return (caller.identity.isOperator ? ["operator"] : []) + staff.map(\.rawValue) + customer
  }
}

extension Caller.Principal {
  fileprivate var kind: String {
    switch self {
    case .staff: "staff"
    case .customer: "customer"
    case .stranger: "stranger"
    }
  }
}
