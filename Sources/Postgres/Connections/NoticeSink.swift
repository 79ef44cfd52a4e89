import CLibPQ
import Logging

/// Where a connection's notices go: code and severity at debug level, no text, because RAISE NOTICE may quote data.
final class NoticeSink {
  private let logger: Logger

  init(logger: Logger) {
    self.logger = logger
  }

  /// Makes this the connection's receiver; it must outlive the connection.
  func attach(to connection: OpaquePointer) {
    let receiver: PQnoticeReceiver = { context, result in
      guard let context, let result else { return }
      Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue().receive(result)
    }
    PQsetNoticeReceiver(connection, receiver, Unmanaged.passUnretained(self).toOpaque())
  }

  private func receive(_ result: OpaquePointer) {
    guard logger.logLevel <= .debug else { return }
    func field(_ code: Int32) -> String {
      PQresultErrorField(result, code).map { String(cString: $0) } ?? ""
    }
    logger.debug(
      "notice from PostgreSQL",
      metadata: ["severity": "\(field(clibpq_diag_severity))", "sqlstate": "\(field(clibpq_diag_sqlstate))"])
  }
}
