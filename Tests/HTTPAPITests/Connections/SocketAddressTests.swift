import Guidance
import NIOCore
import Testing

@testable import HTTPAPI

@Suite struct SocketAddressTests {
  @Test(arguments: ["192.0.2.1", "255.254.1.0", "::1", "2001:db8::ff00:42:8329"])
  func aSocketsAddressIsTheOneOfItsText(_ text: String) throws {
    let socket = try SocketAddress(ipAddress: text, port: 4660)
    #expect(NetworkAddress(socket) == NetworkAddress(text))
  }

  @Test func anAddressMappedIntoIPv6IsTheIPv4Address() throws {
    #expect(try NetworkAddress(SocketAddress(ipAddress: "::ffff:192.0.2.1", port: 1))?.description == "192.0.2.1")
  }

  @Test func aUnixSocketHasNone() throws {
    #expect(try NetworkAddress(SocketAddress(unixDomainSocketPath: "/tmp/socket")) == nil)
  }
}
