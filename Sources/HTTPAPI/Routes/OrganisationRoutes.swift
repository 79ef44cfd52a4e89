import Guidance
import HTTPTypes
import Hummingbird

/// Organisations: made and listed by an operator; one organisation's facts are public to who is signed in.
extension API {
  var organisationEndpoints: [Endpoint] {
    [
      route(.post, "/v1/organisations", "createOrganisation", body: Self.bodyLimit, createOrganisation),
      route(.get, "/v1/organisations", "listOrganisations", listOrganisations),
      route(.get, "/v1/organisations/{organisation}", "getOrganisation", getOrganisation),
      route(.get, "/v1/organisations/{organisation}/orphans", "listOrphans", listOrphans),
    ]
  }

  private func createOrganisation(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let caller = try await `operator`(context)
    let body = try await request.json(context)
    let draft = try body.object { try organisationDraft(&$0, by: caller) }
    let organisation = try await store.createOrganisation(draft, by: caller, request: request.repeatable(body))
    let location = "/v1/organisations/\(organisation.id)"
    return .json(.created, headers: [.location: location]) { json in json.write(organisation) }
  }

  private func organisationDraft(_ body: inout JSONObject, by caller: Caller) throws -> OrganisationDraft {
    let issuer = try body.optionalString("staffIssuer", 1...500)
    guard configuration.staffIssuers.contains(ExactText(issuer ?? caller.identity.issuer)) else {
      throw body.invalid("staffIssuer", "Must be a configured issuer that vouches for staff.")
    }
    return OrganisationDraft(
      name: try body.line("name", 1...200),
      businessID: try body.optionalParsed(
        "businessId", "Must be a business ID such as 2296962-1, with its check digit.", BusinessID.init),
      language: try body.optionalEnumeration("language", Language.self) ?? .finnish,
      controllerName: try body.optionalLine("controllerName", 1...200),
      controllerContact: try body.optionalString("controllerContact", 1...500),
      privacyNotice: try body.optionalLine("privacyNotice", 1...500), staffIssuer: issuer,
      admins: try body.array("admins", min: 1, max: 20) { try $0.object(Self.firstAdmin) })
  }

  /// Without a name, an admin is called by the subject until somebody changes it.
  private static func firstAdmin(_ body: inout JSONObject) throws -> StaffAppointment {
    let subject = try body.line("subject", 1...255)
    let name = try body.optionalLine("name", 1...200) ?? String(subject.prefix(200))
    return StaffAppointment(
      subject: subject, name: name, email: try body.optionalEmail("email"), roles: [.admin], commitmentSignedOn: nil)
  }

  private func listOrganisations(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let organisations = try await store.organisations(page, for: anyone(context))
    return .page(organisations, of: request) { json, organisation in json.write(organisation) }
  }

  private func getOrganisation(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let organisation = try await store.organisation(context.id("organisation"))
    return .json { json in json.write(organisation) }
  }

  private func listOrphans(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let orphans = try await store.orphans(of: context.id("organisation"), for: anyone(context))
    return try .slice(orphans, page, of: request) { json, space in json.write(space) }
  }
}
