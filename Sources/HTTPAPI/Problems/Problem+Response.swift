import HTTPTypes
public import Hummingbird
import NIOCore

extension Problem {
  /// The problem as `application/problem+json`. `requestID` lets a person who reports it be helped.
  public func response(requestID: String) -> Response {
    var headers = headers
    headers[.contentType] = "application/problem+json"
    return Response(
      status: status, headers: headers, body: ResponseBody(byteBuffer: document(requestID: requestID)))
  }

  /// The problem's JSON.
  func document(requestID: String) -> ByteBuffer {
    var json = JSONWriter(capacity: 256)
    json.object { json in
      json.member("type", "/problems/\(slug)")
      json.member("title", title)
      json.member("status", status.code)
      json.optional("detail", detail)
      for member in members {
        json.name(member.name)
        member.value.write(to: &json)
      }
      json.member("requestId", requestID)
    }
    return ByteBuffer(bytes: json.bytes)
  }
}
