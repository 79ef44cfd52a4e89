import Guidance
import Testing

@testable import HTTPAPI

/// How many connections an address may have.
@Suite struct ConnectionPlacesTests {
  private func address(_ text: String) throws -> NetworkAddress { try #require(NetworkAddress(text)) }

  @Test func aPlaceThatIsGivenBackIsAnother() throws {
    let places = ConnectionPlaces(most: 2)
    let (one, other) = (try address("192.0.2.1"), try address("192.0.2.2"))
    #expect(places.enter(one) && places.enter(one) && !places.enter(one) && places.enter(other))
    places.leave(one)
    #expect(places.enter(one) && !places.enter(one))
    for left in [one, one, other] { places.leave(left) }
    #expect(places.count == 0)
  }

  /// Whoever has a /64 network has all its addresses.
  @Test func addressesOfOneNetworkShareTheirs() throws {
    let places = ConnectionPlaces(most: 1)
    let (one, neighbour) = (try address("2001:db8::1"), try address("2001:db8::ffff:2"))
    #expect(places.enter(one) && !places.enter(neighbour))
    let other = try address("2001:db8:0:1::1")
    #expect(places.enter(other))
  }

  @Test func proxiesAreNotCounted() throws {
    let proxies = [AddressRange("10.0.0.0/8")].compactMap { $0 }
    let (places, proxy) = (ConnectionPlaces(most: 1, trustedProxies: proxies), try address("10.1.2.3"))
    #expect(places.enter(proxy) && places.enter(proxy) && places.count == 0)
    places.leave(proxy)
    let other = try address("192.0.2.1")
    #expect(places.enter(other) && !places.enter(other))
  }

  /// Over sockets: the third connection is closed unheard, and there is room again when the first ends.
  @Test func connectionsAreCounted() async throws {
    let places = ConnectionPlaces(most: 2)
    try await LiveServer.run(TestAPI.responder(door: FrontDoor(places: places))) { server in
      @Sendable func ask(_ connection: inout RawConnection) async throws -> String {
        try? await connection.get("/health/live")
        return try await connection.read(to: "\r\n\r\n")
      }
      try await RawConnection.with(port: server.port) { first in
        #expect(try await ask(&first).hasPrefix("HTTP/1.1 200 "))
        try await RawConnection.with(port: server.port) { second in
          #expect(try await ask(&second).hasPrefix("HTTP/1.1 200 "))
          let third = try await RawConnection.with(port: server.port) { third in
            try? await third.get("/health/live")
            return try await third.readToEnd()
          }
          #expect(third == "")
          #expect(try await ask(&second).contains("HTTP/1.1 200 "))
        }
      }
      var again = ""
      for _ in 0..<100 where again.isEmpty {
        again = try await RawConnection.with(port: server.port) { connection in
          try? await connection.get("/health/live")
          return (try? await connection.read(to: "\r\n\r\n")) ?? ""
        }
      }
      #expect(again.hasPrefix("HTTP/1.1 200 "))
    }
  }
}
