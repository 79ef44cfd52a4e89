import Guidance
import HTTPTypes
import Hummingbird

/// An organisation's staff, kept by its admins.
extension API {
  var staffEndpoints: [Endpoint] {
    let member = "/v1/organisations/{organisation}/staff/{subject}"
    return [
      route(.get, "/v1/organisations/{organisation}/staff", "listStaff", listStaff),
      route(.get, member, "getStaffMember", getStaffMember),
      route(.put, member, "putStaffMember", body: Self.bodyLimit, putStaffMember),
      route(.delete, member, "deleteStaffMember", deleteStaffMember),
    ]
  }

  private func listStaff(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let staff = try await store.staff(of: context.id("organisation"), page, for: anyone(context))
    return .page(staff, of: request) { json, member in json.write(member) }
  }

  private func getStaffMember(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let organisation = try context.id("organisation", Organisation.self)
    let member = try await store.staffMember(
      context.parameter("subject"), of: organisation, for: anyone(context))
    return .json { json in json.write(member) }
  }

  private func putStaffMember(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let organisation = try context.id("organisation", Organisation.self)
    let subject = try context.parameter("subject")
    guard (1...255).contains(subject.unicodeScalars.count) else { throw Problem.notFound }
    if let rule = subject.brokenRuleOfLines { throw Problem.invalidParameter("subject", rule) }
    let (appointment, issuer) = try await request.json(context).object { body in
      let appointment = StaffAppointment(
        subject: subject, name: try body.line("name", 1...200), email: try body.optionalEmail("email"),
        roles: try body.codes("roles", StaffRole.self), commitmentSignedOn: try body.optionalDay("commitmentSignedOn"),
        commitmentValidUntil: try body.optionalDay("commitmentValidUntil"))
      return (appointment, try body.optionalString("issuer", 1...500))
    }
    // An organisation's staff has one issuer: another one names nobody here.
    if let issuer, try await ExactText(store.organisation(organisation).staffIssuer) != ExactText(issuer) {
      throw InvalidMember("/issuer", "Must be the organisation's staff issuer, or left out.")
    }
    let (member, isNew) = try await store.appoint(appointment, to: organisation, by: anyone(context))
    let headers: HTTPFields = isNew ? [.location: request.uri.path] : [:]
    return .json(isNew ? .created : .ok, headers: headers) { json in json.write(member) }
  }

  private func deleteStaffMember(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let organisation = try context.id("organisation", Organisation.self)
    try await store.dismiss(context.parameter("subject"), from: organisation, by: anyone(context))
    return Response(status: .noContent)
  }
}
