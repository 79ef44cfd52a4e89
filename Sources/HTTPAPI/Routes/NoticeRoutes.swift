import Guidance
import Hummingbird

/// Notices that could not be sent, for operators.
extension API {
  var noticeEndpoints: [Endpoint] { [route(.get, "/v1/notices", "listNotices", listNotices)] }

  /// What can be asked for: those that wait or are sent need nobody's care.
  private enum NoticeState: String, CaseIterable {
    case dead
  }

  private func listNotices(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let caller = try await `operator`(context)
    let query = try QueryParameters(request, allowed: pageParameters.union(["state"]))
    _ = try query.enumeration("state", NoticeState.self)
    return .page(try await store.deadLetters(query.page(), for: caller), of: request) { json, letter in
      json.write(letter)
    }
  }
}
