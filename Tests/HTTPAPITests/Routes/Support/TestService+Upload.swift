import HTTPTypes
import HummingbirdTesting
import NIOCore

@testable import HTTPAPI

extension TestService {
  /// Uploads bytes to a space.
  func upload(
    _ bytes: [UInt8], to space: String, disposition: String?, type: String? = nil, as token: String
  ) async throws -> Answer {
    var headers: HTTPFields = [.authorization: "Bearer \(token)"]
    headers[.contentDisposition] = disposition
    headers[.contentType] = type
    return Answer(
      try await client.executeRequest(
        uri: space + "/files", method: .post, headers: headers, body: ByteBuffer(bytes: bytes)))
  }
}
