import Guidance
import NIOCore

extension NetworkAddress {
  /// The address of a socket's other end; nil for one that has none, as in a Unix domain. Taken as bytes: each request
  /// asks, and by way of text the C library writes and reads it.
  init?(_ socket: SocketAddress) {
    // Where in sockaddr_in and sockaddr_in6 the address stands: behind family and port; behind these and the flow.
    let place: Range<Int>
    switch socket {
    case .v4: place = 4..<8
    case .v6: place = 8..<24
    case .unixDomainSocket: return nil
    }
    let bytes = socket.withSockAddr { address, size in
      Array(UnsafeRawBufferPointer(start: address, count: size)[place])
    }
    self.init(binary: bytes)
  }
}
