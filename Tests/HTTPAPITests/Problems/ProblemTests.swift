import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import HTTPAPI

@Suite struct ProblemTests {
  private func text(_ problem: Problem) async throws -> String {
    let writer = CollectingWriter()
    try await problem.response(requestID: "r-1").body.write(writer)
    return writer.text
  }

  @Test func isWrittenInOrder() async throws {
    let problem = Problem("retention-capped", .unprocessableContent, "Too long", detail: "At \"most\"")
      .with("state", .string("archived")).with("allowedFrom", .strings(["active"])).with("latestUntil", .instant(0))
      .with("limit", .int(3)).with("final", .bool(true))
    #expect(
      try await text(problem) == #"{"type":"/problems/retention-capped","title":"Too long","status":422,"#
        + #""detail":"At \"most\"","state":"archived","allowedFrom":["active"],"#
        + #""latestUntil":"1970-01-01T00:00:00Z","limit":3,"final":true,"requestId":"r-1"}"#)
  }

  @Test func hasItsMediaTypeAndHeaders() {
    let response = Problem.methodNotAllowed([.post, .get]).response(requestID: "r")
    #expect(response.headers[.contentType] == "application/problem+json")
    #expect(response.headers[.allow] == "GET, POST")
    #expect(response.status == .methodNotAllowed)
  }

  struct Refusal: ProblemConvertible {
    func problem() -> Problem { Problem("refused", .conflict, "Refused") }
  }

  struct Surprise: Error {}

  @Test(
    arguments: [
      (Refusal(), "refused", 409, false), (Problem.notFound, "not-found", 404, false),
      (HTTPError(.contentTooLarge), "content-too-large", 413, false),
      (HTTPError(.badRequest, message: "No."), "bad-request", 400, false),
      (NIOTooManyBytesError(maxBytes: 1), "body-too-large", 413, false),
      (CancellationError(), "unavailable", 503, false),
      (InvalidMember("/a", "Is required."), "invalid-body", 422, false),
      (AuthenticationError.expired, "invalid-token", 401, false), (Surprise(), "internal", 500, true),
    ] as [(any Error, String, Int, Bool)])
  func everyErrorBecomesOne(_ error: any Error, _ slug: String, _ status: Int, _ unforeseen: Bool) {
    let mapped = ProblemMapper.problem(for: error)
    #expect(mapped.problem.slug == slug && mapped.problem.status.code == status && mapped.unforeseen == unforeseen)
  }
}
