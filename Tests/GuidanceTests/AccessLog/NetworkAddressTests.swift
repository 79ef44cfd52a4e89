import Testing

@testable import Guidance

@Suite struct NetworkAddressTests {
  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1"), ("2001:DB8::0:1", "2001:db8::1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::1", "::1"),
  ])
  func readsAndWrites(_ text: String, _ canonical: String) throws {
    let address = try #require(NetworkAddress(text))
    #expect(address.description == canonical && NetworkAddress(canonical) == address)
  }

  @Test(arguments: ["", "192.0.2", "192.0.2.256", "192.0.2.1:80", "[::1]", "fe80::1%eth0", "example.fi", "1.2.3.4 "])
  func refusesOthers(_ text: String) {
    #expect(NetworkAddress(text) == nil)
  }

  @Test(arguments: [
    ([192, 0, 2, 1], "192.0.2.1"), ([32, 1, 13, 184] + [UInt8](repeating: 0, count: 11) + [1], "2001:db8::1"),
    ([UInt8](repeating: 0, count: 10) + [255, 255, 192, 0, 2, 1], "192.0.2.1"), ([1, 2, 3], nil), ([], nil),
  ])
  func takesTheBytesOfASocketsAddress(_ bytes: [UInt8], _ text: String?) {
    #expect(NetworkAddress(binary: bytes)?.description == text)
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.0/9", "10.128.0.0", false),
    ("10.0.0.0/9", "10.127.0.0", true), ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
    ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "::1", false), ("2001:db8::/33", "2001:db8:7fff::", true),
    ("2001:db8::/33", "2001:db8:8000::", false),
  ])
  func aRangeHoldsItsAddresses(_ range: String, _ address: String, _ isIn: Bool) throws {
    let range = try #require(AddressRange(range))
    #expect(range.contains(try #require(NetworkAddress(address))) == isIn)
  }

  @Test(arguments: ["", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "x/8", "::/129"])
  func whatIsNoRangeIsRefused(_ text: String) {
    #expect(AddressRange(text) == nil)
  }

  /// Peer, header, whom it came from: the proxies are 10.0.0.0/8.
  @Test(arguments: [
    ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"), ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
    ("10.0.0.1", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
    ("10.0.0.1", ["198.51.100.1", "203.0.113.9 , 10.0.0.2"], "203.0.113.9"), ("10.0.0.1", [], "10.0.0.1"),
    ("10.0.0.1", ["10.0.0.3"], "10.0.0.3"), ("10.0.0.1", ["198.51.100.1, unknown"], "10.0.0.1"),
    ("10.0.0.1", ["", " , "], "10.0.0.1"), ("10.0.0.1", ["5.5.5.8:1000"], "5.5.5.8"),
    ("10.0.0.1", ["[2001:db8::1]:80"], "2001:db8::1"), ("10.0.0.1", ["[2001:db8::1]"], "2001:db8::1"),
    ("10.0.0.1", ["2001:db8::1"], "2001:db8::1"), ("10.0.0.1", ["::1"], "::1"),
    ("10.0.0.1", ["5.5.5.8:1, 10.0.0.2:99"], "5.5.5.8"), ("10.0.0.1", ["5.5.5.8:"], "10.0.0.1"),
    ("10.0.0.1", ["5.5.5.8:1000000"], "10.0.0.1"), ("10.0.0.1", ["5.5.5.8:1:2"], "10.0.0.1"),
    ("10.0.0.1", ["[5.5.5.8]:80"], "10.0.0.1"), ("10.0.0.1", ["[::1"], "10.0.0.1"),
    ("10.0.0.1", ["198.51.100.1,\t5.5.5.8\t"], "5.5.5.8"), ("10.0.0.1", ["5.5.5.8 \t,\t 10.0.0.2"], "5.5.5.8"),
    ("10.0.0.1", ["[::1]x"], "10.0.0.1"), ("10.0.0.1", ["[::1]:"], "10.0.0.1"), ("10.0.0.1", ["[]"], "10.0.0.1"),
  ])
  func onlyTrustedProxiesAreBelieved(_ peer: String, _ forwarded: [String], _ expected: String) throws {
    let proxies = [try #require(AddressRange("10.0.0.0/8"))]
    #expect(proxies.origin(of: NetworkAddress(peer), forwarded: forwarded)?.description == expected)
    #expect([AddressRange]().origin(of: NetworkAddress(peer), forwarded: forwarded)?.description == peer)
    #expect(proxies.origin(of: nil, forwarded: forwarded) == nil)
  }
}
