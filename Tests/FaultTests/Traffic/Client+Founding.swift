import Testing

extension Client {
  /// An organisation and its staff, with a role each.
  mutating func found(_ staff: [(Person, role: String)] = [(.counsellor(0), "counsellor")]) async throws -> String {
    let draft = #"{"name":"TE-palvelut","admins":[{"subject":"aino","name":"Aino"}]}"#
    let made = try await require(.post("/v1/organisations", draft, key: "organisation"), as: .operator)
    let organisation = try #require(made.members.id)
    for (person, role) in staff {
      let appointment = #"{"name":"Nimi","roles":["\#(role)"],"commitmentSignedOn":"2026-01-02"}"#
      let appointed = try await require(
        .put("/v1/organisations/\(organisation)/staff/\(person.subject)", appointment), as: .admin)
      // 200 where the answer to the first attempt was lost.
      #expect([201, 200].contains(appointed.status))
    }
    return organisation
  }

  /// A space of the first counsellor's, for one customer.
  mutating func openSpace(in organisation: String, for customer: Person = .customer(0)) async throws -> String {
    let code = try #require(customer.identityCode)
    let draft = #"{"organisationId":"\#(organisation)","title":"Opinnot","customers":[{"hetu":"\#(code)"}]}"#
    let opened = try await require(
      .post("/v1/spaces", draft, key: "space-\(customer.subject)"), as: .counsellor(0))
    return try #require(opened.members.id)
  }
}
