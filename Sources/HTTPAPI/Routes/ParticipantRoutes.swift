import Guidance
import HTTPTypes
import Hummingbird

/// Who takes part in a space.
extension API {
  var participantEndpoints: [Endpoint] {
    let participants = "/v1/spaces/{space}/participants"
    return [
      route(.get, participants, "listParticipants", listParticipants),
      route(.post, participants, "inviteParticipant", body: Self.bodyLimit, inviteParticipant),
      route(.delete, participants + "/{participant}", "endParticipation", endParticipation),
      route(
        .post, participants + "/{participant}/acceptance", "acceptParticipant", body: Self.bodyLimit,
        acceptParticipant),
      route(.post, "/v1/spaces/{space}/transfer", "transferSpace", body: Self.bodyLimit, transferSpace),
    ]
  }

  private func listParticipants(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let participants = try await store.participants(of: context.id("space"), for: participant(context))
    return try .slice(participants, page, of: request) { json, participant in json.write(participant, marks: true) }
  }

  /// A customer, or a second professional by what their staff issuer calls them.
  private func inviteParticipant(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let id = try context.id("space", Space.self)
    let body = try await request.json(context)
    let invitee = try body.object(invitee)
    let (caller, key) = (try await participant(context), try request.repeatable(body))
    let invited =
      switch invitee {
      case .customer(let customer): try await store.invite(customer, to: id, by: caller, request: key)
      case .colleague(let colleague): try await store.propose(colleague, to: id, by: caller, request: key)
      }
    let location = "/v1/spaces/\(id)/participants/\(invited.id)"
    return .json(.created, headers: [.location: location]) { json in json.write(invited) }
  }

  private enum Invitee {
    case customer(SpaceDraft.Customer)
    case colleague(ColleagueDraft)
  }

  private func invitee(_ body: inout JSONObject) throws -> Invitee {
    guard let subject = try body.optionalLine("subject", 1...255) else { return .customer(try invitedCustomer(&body)) }
    let organisation = try body.optionalParsed("organisationId", "Must be a UUID.", length: 36) { ID<Organisation>($0) }
    return .colleague(ColleagueDraft(subject: subject, organisation: organisation))
  }

  private func acceptParticipant(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (space, id) = (try context.id("space", Space.self), try context.id("participant", Participation.self))
    let body = try await request.json(context, emptyIsObject: true)
    try body.object { _ in }
    let accepted = try await store.accept(
      id, in: space, by: participant(context), request: request.repeatable(body))
    return .json { json in json.write(accepted) }
  }

  private func endParticipation(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    try await store.endPlace(context.id("participant"), in: space, by: participant(context))
    return Response(status: .noContent)
  }

  private func transferSpace(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    let body = try await request.json(context)
    let (recipient, reason) = try body.object { (try $0.line("to", 1...255), try $0.optionalString("reason", 1...64)) }
    return .space(
      try await store.transfer(
        space, to: recipient, reason: reason, by: participant(context), ifMatch: request.ifMatch(),
        request: request.repeatable(body)))
  }
}
