import HTTPTypes
import HummingbirdTesting
import NIOCore

@testable import HTTPAPI

extension TestService {
  /// Uploads bytes to a space, announcing another length where a test wants to lie.
  func upload(
    _ bytes: [UInt8], to space: String, disposition: String?, type: String? = nil, announced: Int? = nil,
    as token: String
  ) async throws -> Answer {
    var headers: HTTPFields = [.authorization: "Bearer \(token)"]
    headers[.contentDisposition] = disposition
    headers[.contentType] = type
    headers[.contentLength] = String(announced ?? bytes.count)
    return Answer(
      try await client.executeRequest(
        uri: space + "/files", method: .post, headers: headers, body: ByteBuffer(bytes: bytes)))
  }
}
