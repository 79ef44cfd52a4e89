import CLibPQ
import Glibc

/// Opens connections within a bound of time.
enum ConnectionStart {
  /// A connected `PGconn` in blocking mode.
  static func open(_ configuration: ConnectionConfiguration) throws -> OpaquePointer {
    let deadline = ContinuousClock.now + configuration.connectTimeout
    guard let handle = start(configuration) else { throw PostgresError.connectionFailed("out of memory") }
    do {
      try finish(handle, until: deadline)
      return handle
    } catch {
      PQfinish(handle)
      throw error
    }
  }

  /// Why a connection failed to a server that takes connections and says nothing.
  static let noAnswer = "no answer within the connect timeout"

  /// libpq's last message in one line.
  static func message(_ handle: OpaquePointer) -> String {
    String(cString: PQerrorMessage(handle)).split(whereSeparator: \.isNewline).joined(separator: "; ")
  }

  private static func start(_ configuration: ConnectionConfiguration) -> OpaquePointer? {
    // What comes before the connection string may be overridden by it; what comes after overrides it.
    let parameters = [
      ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "30000"), ("dbname", configuration.url), ("application_name", configuration.applicationName),
      ("client_encoding", "UTF8"),
    ]
    var names: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.0)) } + [nil]
    var values: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.1)) } + [nil]
    defer {
      for pointer in names + values { free(UnsafeMutableRawPointer(mutating: pointer)) }
    }
    return PQconnectStartParams(&names, &values, 1)
  }

  private static func finish(_ handle: OpaquePointer, until deadline: ContinuousClock.Instant) throws {
    var wanted = PGRES_POLLING_WRITING
    while true {
      guard PQstatus(handle) != CONNECTION_BAD else { throw PostgresError.connectionFailed(message(handle)) }
      var descriptor = pollfd(
        fd: PQsocket(handle), events: Int16(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT), revents: 0)
      let left = deadline - .now
      guard left > .zero else { throw PostgresError.connectionFailed(noAnswer) }
      let ready = poll(&descriptor, 1, left.pollMilliseconds)
      guard ready != 0, ready > 0 || errno == EINTR else { continue }
      wanted = PQconnectPoll(handle)
      if wanted == PGRES_POLLING_OK { return }
      if wanted == PGRES_POLLING_FAILED { throw PostgresError.connectionFailed(message(handle)) }
    }
  }
}
