import Guidance
import HTTPTypes
import Hummingbird

/// The ZIP that a customer takes home.
extension API {
  var archiveEndpoints: [Endpoint] {
    [route(.get, "/v1/spaces/{space}/archive", "downloadArchive", downloadArchive)]
  }

  private func downloadArchive(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let archive = try await store.archive(of: context.id("space"), for: participant(context))
    let headers = HTTPFields.attachment(
      name: archive.fileName, contentType: "application/zip", entityTag: archive.entityTag)
    return .stream(headers: headers, length: Int(archive.length), context) { writer in
      try await archive.send { try await writer.write($0) }
    }
  }
}
