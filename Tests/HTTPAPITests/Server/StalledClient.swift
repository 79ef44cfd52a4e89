import Foundation
import Glibc

/// A client with a very small window that reads only when told to: what the server has not sent stays with the server.
final class StalledClient: Sendable {
  private let socket: Int32

  struct Failed: Error {}

  /// Connects and sends a GET.
  init(port: Int, _ path: String, headers: String = "") throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var window: Int32 = 4096
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &window, socklen_t(MemoryLayout<Int32>.size))
    var patience = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    let request = Array("GET \(path) HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\(headers)\r\n".utf8)
    guard connected == 0, send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      Glibc.close(socket)
      throw Failed()
    }
  }

  deinit { Glibc.close(socket) }

  /// Reads up to so many bytes; fewer when the connection ends before, however it does.
  func read(atMost limit: Int = .max) async -> [UInt8] {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [socket] in
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
          let count = recv(socket, &buffer, min(buffer.count, limit - bytes.count), 0)
          guard count > 0 else { break }
          bytes += buffer[..<count]
        }
        continuation.resume(returning: bytes)
      }
    }
  }
}
