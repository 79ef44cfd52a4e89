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
      route(.delete, participants + "/{participant}", "withdrawInvitation", withdrawInvitation),
    ]
  }

  private func listParticipants(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let participants = try await store.participants(of: context.id("space"), for: participant(context))
    return try .slice(participants, page, of: request) { json, participant in json.write(participant) }
  }

  private func inviteParticipant(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let id = try context.id("space", Space.self)
    let body = try await request.json(context)
    let customer = try body.object { try invitee(&$0) }
    let invited = try await store.invite(
      customer, to: id, by: participant(context), request: request.repeatable(body))
    let location = "/v1/spaces/\(id)/participants/\(invited.id)"
    return .json(.created, headers: [.location: location]) { json in json.write(invited) }
  }

  private func withdrawInvitation(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    try await store.withdraw(context.id("participant"), from: space, by: participant(context))
    return Response(status: .noContent)
  }
}
