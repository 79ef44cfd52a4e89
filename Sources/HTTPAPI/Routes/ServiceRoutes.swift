import Guidance
import Hummingbird
import NIOCore

/// Probes and the contract itself.
extension API {
  var serviceEndpoints: [Endpoint] {
    [
      route(.get, "/health/live", "getLiveness", access: .anyone) { _, _ in .status("live") },
      route(.get, "/health/ready", "getReadiness", access: .anyone, getReadiness),
      route(.get, "/openapi.yaml", "getContract", access: .anyone) { [openAPI] _, _ in
        Response(
          status: .ok, headers: [.contentType: "application/yaml; charset=utf-8"],
          body: ResponseBody(byteBuffer: ByteBuffer(string: openAPI)))
      },
    ]
  }

  /// Ready means that the database answers and that its clock and ours agree about now.
  private func getReadiness(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let skew = try await store.readClocks()
    guard (.zero - GuidanceStore.readySkew...GuidanceStore.readySkew).contains(skew) else {
      throw Problem.unavailable("The clocks of service and database are too far apart.", retryAfterSeconds: 30)
    }
    return .status("ready")
  }
}

extension Response {
  fileprivate static func status(_ status: String) -> Response {
    .json { json in json.object { json in json.member("status", status) } }
  }
}
