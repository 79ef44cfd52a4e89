import Guidance
import HTTPTypes
import Hummingbird
import NIOCore

/// Uploads that are taken up again where they broke off: tus 1.0.0, for which browsers and programs have clients.
extension API {
  private static let uploads = "/v1/spaces/{space}/uploads"
  private static let upload = uploads + "/{upload}"

  var uploadEndpoints: [Endpoint] {
    let largest = store.options.maximumFileSize
    return [
      route(.options, Self.uploads, "describeUploads", access: .anyone, describeUploads),
      route(.post, Self.uploads, "createUpload", cost: .upload, Self.tus(createUpload)),
      route(.get, Self.upload, "getUpload", Self.tus(getUpload, needsVersion: false)),
      route(.patch, Self.upload, "appendToUpload", body: largest, Self.tus(appendToUpload)),
      route(.delete, Self.upload, "endUpload", Self.tus(endUpload)),
      route(.post, Self.upload, "overrideUploadMethod", body: largest, Self.tus(overrideMethod)),
    ]
  }

  /// tus has its version said in every request and every answer, refusals too.
  private static func tus(_ handler: @escaping Endpoint.Handler, needsVersion: Bool = true) -> Endpoint.Handler {
    { request, context in
      do {
        try TusFields.requireVersion(request, isRequired: needsVersion)
        return try await handler(request, context)
      } catch let error as any ProblemConvertible {
        throw error.problem().with(.tusResumable, TusFields.version)
      }
    }
  }

  /// The same for every space: what this service speaks.
  private func describeUploads(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    Response(
      status: .noContent,
      headers: [
        .tusResumable: TusFields.version, .tusVersion: TusFields.version, .tusExtension: TusFields.extensions,
        .tusMaxSize: String(store.options.maximumFileSize), .tusChecksumAlgorithm: TusFields.checksums,
      ])
  }

  private func createUpload(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    let draft = try TusFields.draft(of: request)
    let said = [HTTPField.Name.uploadLength, .uploadMetadata, .reprDigest].map { request.headers[$0] ?? "" }
      .joined(separator: "\n")
    let upload = try await store.createUpload(
      draft, to: space, by: participant(context), request: request.repeatable(Array(said.utf8)))
    var headers = TusFields.fields(upload, in: space)
    headers[.location] = "/v1/spaces/\(space)/uploads/\(upload.id)"
    return Response(status: .created, headers: headers)
  }

  private func getUpload(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let space = try context.id("space", Space.self)
    let upload = try await store.resumableUpload(context.id("upload"), of: space, for: participant(context))
    return .json(headers: TusFields.fields(upload, in: space)) { json in json.write(upload) }
  }

  private func appendToUpload(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    let expected = "application/offset+octet-stream"
    guard request.headers[.contentType]?.lowercased() == expected else {
      throw Problem(
        "unsupported-media-type", .unsupportedMediaType, "Unsupported media type", detail: "Send \(expected)."
      ).with(.accept, expected)
    }
    let body = try UploadBody(request, context)
    let digests =
      try TusFields.checksum(of: request)
      + DigestFields.digests(of: request, in: [.contentDigest, .contentMD5])
    let part = UploadPart(
      offset: try TusFields.bytes(.uploadOffset, of: request), announcedSize: body.announcedLength, digests: digests)
    let upload = try await store.append(
      part, to: context.id("upload"), of: space, by: participant(context),
      body: body.map { Array($0.readableBytesView) })
    return Response(status: .noContent, headers: TusFields.fields(upload, in: space))
  }

  private func endUpload(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    try await store.endUpload(context.id("upload"), of: space, by: participant(context))
    return Response(status: .noContent, headers: [.tusResumable: TusFields.version])
  }

  /// For clients behind what lets no PATCH or DELETE through.
  private func overrideMethod(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    switch request.headers[.methodOverride] {
    case "PATCH": return try await appendToUpload(request, context)
    case "DELETE": return try await endUpload(request, context)
    default: throw Problem.invalidHeader(.methodOverride, "Must be PATCH or DELETE.")
    }
  }
}
