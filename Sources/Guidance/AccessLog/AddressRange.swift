/// A range of network addresses, such as `10.0.0.0/8` or the single address `2001:db8::1`.
public struct AddressRange: Hashable, Sendable {
  private let address: NetworkAddress
  private let prefix: Int

  /// Reads an address, with or without the length of a prefix; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = NetworkAddress(parts[0]) else { return nil }
    let bits = address.bytes.count * 8
    guard parts.count == 2 else {
      (self.address, prefix) = (address, bits)
      return
    }
    guard let prefix = Int(parts[1]), (0...bits).contains(prefix), parts[1].allSatisfy(\.isNumber) else { return nil }
    (self.address, self.prefix) = (address, prefix)
  }

  /// Whether an address lies in it; never one of the other version.
  public func contains(_ other: NetworkAddress) -> Bool {
    guard other.bytes.count == address.bytes.count else { return false }
    let (whole, rest) = prefix.quotientAndRemainder(dividingBy: 8)
    guard address.bytes.prefix(whole) == other.bytes.prefix(whole) else { return false }
    guard rest > 0 else { return true }
    return (address.bytes[whole] ^ other.bytes[whole]) >> (8 - rest) == 0
  }
}

extension [AddressRange] {
  /// Whom a request came from: the peer, or the last address of `X-Forwarded-For` that no trusted proxy has.
  ///
  /// A header is only believed of a trusted proxy, and only as far as trusted proxies wrote it: what a client put into
  /// it itself stands further left.
  ///
  /// - Parameter forwarded: the header's fields in order.
  public func origin(of peer: NetworkAddress?, forwarded: [String]) -> NetworkAddress? {
    guard var origin = peer, !isEmpty else { return peer }
    var hops = forwarded.flatMap { $0.split(separator: ",") }[...]
    while contains(where: { $0.contains(origin) }), let hop = hops.popLast() {
      guard let next = NetworkAddress(hop: hop.withoutWhiteSpace) else { return origin }
      origin = next
    }
    return origin
  }
}

extension NetworkAddress {
  /// An address as proxies write it: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
  fileprivate init?(hop: Substring) {
    guard let mark = hop.firstIndex(of: hop.first == "[" ? "]" : ":") else {
      self.init(hop)
      return
    }
    let rest = hop[hop.index(after: mark)...]
    if hop.first == "[" {
      guard rest.isEmpty || rest.first == ":" && rest.dropFirst().isPort, hop[..<mark].contains(":") else { return nil }
      self.init(hop[..<mark].dropFirst())
    } else {
      self.init(rest.isPort ? hop[..<mark] : hop)
    }
  }
}

extension Substring {
  fileprivate var isPort: Bool { (1...5).contains(utf8.count) && utf8.allSatisfy { (0x30...0x39).contains($0) } }

  /// Without the spaces and tabs around it (RFC 9110 §5.6.1: a list's members may have either).
  fileprivate var withoutWhiteSpace: Substring {
    func isWhiteSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
    var text = drop(while: isWhiteSpace)
    while text.last.map(isWhiteSpace) == true { text.removeLast() }
    return text
  }
}
