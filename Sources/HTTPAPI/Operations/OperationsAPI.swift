public import Guidance
import Hummingbird
public import Logging
import NIOCore

/// What is for those who watch over the service, on an address of its own that nobody else reaches.
public enum OperationsAPI {
  /// A responder for the operations address, about the service behind another responder.
  public static func responder(of service: APIResponder, store: GuidanceStore, logger: Logger) -> APIResponder {
    let metrics = Metrics(responder: service, store: store)
    let endpoint = Endpoint(.get, "/metrics", "getMetrics", access: .anyone, cost: .probe) { request, _ in
      _ = try QueryParameters(request)
      let text = await metrics.text()
      return Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
    let nobody = Authenticator(issuers: [], clock: { 0 }, logger: logger)
    return APIResponder(endpoints: [endpoint], authenticator: nobody, logger: logger)
  }
}
