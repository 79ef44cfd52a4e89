import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// The answer to what never became a request: the same problem document that any other refusal gets.
struct RefusalAnswer {
  let head: HTTPResponseHead
  let body: ByteBuffer

  init(_ problem: Problem) {
    let requestID = RequestID.make()
    body = problem.document(requestID: requestID)
    var response = Response(status: problem.status, headers: problem.headers)
    ResponseHeaders.complete(&response, requestID: requestID)
    response.headers[.contentType] = "application/problem+json"
    response.headers[.contentLength] = String(body.readableBytes)
    response.headers[.connection] = "close"
    head = HTTPResponseHead(response.head)
  }
}
