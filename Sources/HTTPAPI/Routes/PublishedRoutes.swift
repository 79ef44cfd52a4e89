import ArchiveFormat
import Guidance
import HTTPTypes
import Hummingbird
import NIOCore

/// What anybody needs who has an archive: the keys to verify it with, and the schema of its space.json.
extension API {
  var publishedEndpoints: [Endpoint] {
    [
      route(.get, "/.well-known/ohjaustila-archive-keys.json", "getArchiveKeys", access: .anyone, getArchiveKeys),
      route(.get, SpaceJSONSchema.path, "getSpaceSchema", access: .anyone) { request, _ in
        _ = try QueryParameters(request)
        return Response(
          status: .ok, headers: [.contentType: "application/schema+json", .cacheControl: Self.publicForADay],
          body: ResponseBody(byteBuffer: ByteBuffer(string: SpaceJSONSchema.text)))
      },
    ]
  }

  private static let publicForADay = "public, max-age=86400"
  /// A new key is to be found by who has an archive signed with it.
  private static let publicForMinutes = "public, max-age=300"

  private func getArchiveKeys(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let keys = try await store.publishedArchiveKeys()
    return .json(headers: [.cacheControl: Self.publicForMinutes], capacity: 1024) { json in
      json.object { json in
        json.array("keys") { json in
          for key in keys { json.write(key) }
        }
      }
    }
  }
}
