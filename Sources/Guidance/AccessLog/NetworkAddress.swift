import Glibc

/// An IPv4 or IPv6 address as such: no port, no zone, no name.
public struct NetworkAddress: Hashable, Sendable {
  /// Four bytes or sixteen.
  let bytes: [UInt8]

  /// Reads the textual form; nil for anything else. An IPv4 address mapped into IPv6 is the IPv4 address.
  public init?(_ text: some StringProtocol) {
    let text = String(text)
    if let bytes = Self.parse(text, family: AF_INET, count: 4) {
      self.bytes = bytes
    } else if let bytes = Self.parse(text, family: AF_INET6, count: 16) {
      self.bytes = Self.unmapped(bytes)
    } else {
      return nil
    }
  }

  /// Takes the four or sixteen bytes of a socket's address; nil for any other number of them. An IPv4 address mapped into
  /// IPv6 is the IPv4 address.
  public init?(binary bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = Self.unmapped(bytes)
  }

  private static let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]

  private static func unmapped(_ bytes: [UInt8]) -> [UInt8] {
    bytes.count == 16 && bytes.starts(with: mapped) ? Array(bytes.dropFirst(12)) : bytes
  }

  private static func parse(_ text: String, family: Int32, count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    return inet_pton(family, text, &bytes) == 1 ? bytes : nil
  }
}

extension NetworkAddress: CustomStringConvertible {
  /// `192.0.2.1` or `2001:db8::1`.
  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension NetworkAddress {
  /// What limits count by: the address, of IPv6 its /64 network, of which every host there can take any address.
  public var network: NetworkAddress {
    bytes.count == 16 ? NetworkAddress(bytes: Array(bytes.prefix(8)) + [UInt8](repeating: 0, count: 8)) : self
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }
}
