import Guidance
import Hummingbird

/// Whom the service takes the caller for.
extension API {
  var meEndpoints: [Endpoint] {
    [
      route(.get, "/v1/me", "getMe", getMe),
      route(.patch, "/v1/me", "changeMe", body: Self.bodyLimit, changeMe),
    ]
  }

  private func getMe(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let me = try await store.me(anyone(context))
    return .json { json in json.write(me) }
  }

  /// `"email": null` removes the address; what is left out stays.
  private func changeMe(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (email, language) = try await request.json(context).object { body in
      let removed = body.isNull("email")
      let given = try body.optionalEmail("email")
      let email: EmailAddress?? = removed ? .some(nil) : given.map { .some($0) }
      return (email, try body.optionalEnumeration("language", Language.self))
    }
    let me = try await store.changeContact(email: email, language: language, of: participant(context))
    return .json { json in json.write(me) }
  }
}
