import Guidance
import HTTPTypes
import Hummingbird
import Vault

/// The ZIP that a customer takes home, and the links that a browser takes it by.
extension API {
  var archiveEndpoints: [Endpoint] {
    let links = "/v1/spaces/{space}/archive/links"
    return [
      route(.get, "/v1/spaces/{space}/archive", "downloadArchive", downloadArchive),
      route(.get, links, "listArchiveLinks", listArchiveLinks),
      route(.post, links, "makeArchiveLink", body: Self.bodyLimit, cost: .link, makeArchiveLink),
      route(.delete, links + "/{link}", "revokeArchiveLink", revokeArchiveLink),
      route(.get, Self.linkAddress + "/{token}", "downloadArchiveByLink", access: .anyone, downloadByLink),
    ]
  }

  private static let linkAddress = "/v1/archive-links"

  private func downloadArchive(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    return try answer(
      request, context, with: try await store.archive(of: context.id("space"), for: participant(context)))
  }

  /// Without a token of the caller's: the address has one of its own.
  private func downloadByLink(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    guard let token = ArchiveLinkToken(parsing: try context.parameter("token")) else { throw Problem.notFound }
    return try answer(request, context, with: try await store.archive(behind: token, from: origin(context)))
  }

  private func answer(
    _ request: Request, _ context: APIRequestContext, with archive: ArchiveDownload
  ) throws -> Response {
    let representation = Representation(
      entityTag: EntityTag(archive.entityTag), lastModified: .settled(archive.contentAsOf, at: store.clock.now),
      length: archive.length)
    let headers = HTTPFields.attachment(name: archive.fileName, contentType: "application/zip")
    return try .representation(representation, headers: headers, of: request, context) { range, writer in
      BrokenOff.prepare(context.channel)
      try await archive.whileEntitled(breakOff: { BrokenOff.now(context.channel) }) {
        let out = writer
        try await archive.send(range, flush: { try await out.flush() }) { try await writer.write($0) }
      }
    }
  }

  private func makeArchiveLink(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    let body = try await request.json(context, emptyIsObject: true)
    try body.object { _ in }
    let (link, token) = try await store.makeArchiveLink(
      to: space, by: participant(context), request: request.repeatable(body))
    let location = "/v1/spaces/\(space)/archive/links/\(link.id)"
    return .json(.created, headers: [.location: location]) { json in
      json.write(link, url: "\(Self.linkAddress)/\(token.text)")
    }
  }

  private func listArchiveLinks(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let links = try await store.archiveLinks(to: context.id("space"), for: participant(context))
    return try .slice(links, page, of: request) { json, link in json.write(link) }
  }

  private func revokeArchiveLink(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    try await store.revokeArchiveLink(context.id("link"), to: space, by: participant(context))
    return Response(status: .noContent)
  }
}
