import Guidance
import HTTPTypes
import Hummingbird
import NIOCore

/// Files of a space: bytes go through as they come, in both directions.
extension API {
  var fileEndpoints: [Endpoint] {
    [
      route(.get, "/v1/spaces/{space}/files", "listFiles", listFiles),
      route(
        .post, "/v1/spaces/{space}/files", "uploadFile", body: store.options.maximumFileSize,
        cost: .upload, uploadFile),
      route(.get, "/v1/spaces/{space}/files/{file}", "downloadFile", downloadFile),
    ]
  }

  private func listFiles(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let files = try await store.files(of: context.id("space"), page, for: participant(context))
    return .page(files.page, of: request, beside: { $0.members(of: files.room) }) { json, file in json.write(file) }
  }

  private func uploadFile(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    let body = try UploadBody(request, context)
    let draft = UploadDraft(
      name: try Self.fileName(of: request), contentType: try Self.contentType(of: request),
      announcedSize: body.announcedLength, digests: try DigestFields.digests(of: request))
    let received = try await store.upload(
      draft, to: space, by: participant(context), request: request.repeatable(),
      body: body.map { Array($0.readableBytesView) })
    let headers: HTTPFields = [.location: Self.path(of: received.id, in: space)]
    switch received {
    case .published(let file): return .json(.created, headers: headers) { json in json.write(file) }
    case .quarantined(let file): return .json(.accepted, headers: headers) { json in json.write(file) }
    }
  }

  /// Where a file is downloaded.
  static func path(of file: ID<File>, in space: ID<Space>) -> String { "/v1/spaces/\(space)/files/\(file)" }

  private static func fileName(of request: Request) throws(Problem) -> String {
    let values = request.headers[values: .contentDisposition]
    guard values.count == 1, let disposition = ContentDisposition(values[0]) else {
      throw .invalidHeader(.contentDisposition, "Must name the file: attachment; filename*=UTF-8''name.pdf")
    }
    return disposition.fileName
  }

  private static func contentType(of request: Request) throws(Problem) -> String {
    guard let declared = request.headers[.contentType] else { return MediaType.unknown }
    guard MediaType.isWellFormed(declared) else {
      throw .invalidHeader(.contentType, "Must be a media type such as application/pdf.")
    }
    return declared
  }

  private func downloadFile(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let space = try context.id("space", Space.self)
    let download = try await store.download(context.id("file"), of: space, for: participant(context))
    let file = download.file
    // A file never changes: its date is as good as its digest.
    let representation = Representation(
      entityTag: EntityTag(file.sha256.hexadecimal), lastModified: HTTPDate(file.uploadedAt),
      length: UInt64(file.size))
    var headers = HTTPFields.attachment(name: file.name, contentType: file.contentType)
    headers[.reprDigest] = DigestFields.sha256(file.sha256)
    return try .representation(representation, headers: headers, of: request, context) { range, writer in
      BrokenOff.prepare(context.channel)
      try await download.whileEntitled(breakOff: { BrokenOff.now(context.channel) }) {
        try await download.send(range) { try await writer.write($0) }
        try await writer.flush()
      }
    }
  }
}

extension HTTPFields {
  /// For bytes that somebody uploaded: always saved, never shown, whatever they claim to be.
  static func attachment(name: String, contentType: String) -> HTTPFields {
    [
      .contentType: contentType, .contentDisposition: ContentDisposition(fileName: name).value,
      .contentSecurityPolicy: "sandbox; default-src 'none'",
      .cacheControl: "private, no-store",
    ]
  }
}
