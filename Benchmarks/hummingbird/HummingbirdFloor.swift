import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// The floor of a read: Hummingbird's own router with a constant answer, and nothing of ours.
@main struct HummingbirdFloor {
  static func main() async throws {
    guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else {
      fatalError("usage: hummingbird-floor PORT")
    }
    let router = Router()
    router.get("constant") { _, _ in
      Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: "{\"status\":\"live\"}")))
    }
    var logger = Logger(label: "hummingbird-floor")
    logger.logLevel = .warning
    let address = BindAddress.hostname("127.0.0.1", port: port)
    try await Application(router: router, configuration: .init(address: address), logger: logger).runService()
  }
}
