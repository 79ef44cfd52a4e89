import Guidance
import Hummingbird

/// What a customer thought of the guidance.
extension API {
  var feedbackEndpoints: [Endpoint] {
    [
      route(.put, "/v1/spaces/{space}/feedback", "putFeedback", body: Self.bodyLimit, putFeedback),
      route(.get, "/v1/spaces/{space}/feedback", "getFeedback", getFeedback),
    ]
  }

  private func putFeedback(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let id = try context.id("space", Space.self)
    let (rating, text) = try await request.json(context).object { body in
      (
        try body.int("rating", Feedback.ratings),
        try body.optionalString("text", 1...Feedback.maximumLength)
      )
    }
    let feedback = try await store.giveFeedback(rating: rating, text: text, on: id, by: participant(context))
    return .json { json in json.write(feedback) }
  }

  private func getFeedback(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let feedback = try await store.feedback(on: context.id("space"), by: participant(context))
    return .json { json in json.write(feedback) }
  }
}
