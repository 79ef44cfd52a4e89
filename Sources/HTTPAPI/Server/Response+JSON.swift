public import HTTPTypes
public import Hummingbird
import NIOCore

extension Response {
  /// An answer of one JSON value.
  public static func json(
    _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], capacity: Int = 512,
    _ write: (inout JSONWriter) throws -> Void
  ) rethrows -> Response {
    var json = JSONWriter(capacity: capacity)
    try write(&json)
    var headers = headers
    headers[.contentType] = "application/json"
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
  }
}
