import HTTPTypes
public import Hummingbird

extension Request {
  /// The body as JSON: 415 for another media type or character set, 413 over the endpoint's limit, 400 when malformed.
  ///
  /// - Parameter emptyIsObject: whether no body at all counts as `{}`, for endpoints whose members are all optional.
  public func json(_ context: APIRequestContext, emptyIsObject: Bool = false) async throws -> JSONBody {
    let upload = try UploadBody(self, context)
    let mediaType = headers[.contentType]
    let isJSON = mediaType.map(MediaType.isJSON) ?? false
    guard isJSON || emptyIsObject && mediaType == nil else {
      throw Problem.unsupportedMediaType(expected: "application/json")
    }
    let bytes = try await upload.collect()
    if bytes.isEmpty, emptyIsObject { return try JSONBody(Array("{}".utf8)) }
    // Without a media type there may be no body; a form from another site could have sent one.
    guard isJSON else { throw Problem.unsupportedMediaType(expected: "application/json") }
    return try JSONBody(bytes)
  }
}
