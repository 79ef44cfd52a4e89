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
      guard let next = NetworkAddress(hop.drop { $0 == " " }.trimmingSuffix(" ")) else { return origin }
      origin = next
    }
    return origin
  }
}

extension Substring {
  fileprivate func trimmingSuffix(_ character: Character) -> Substring {
    var text = self
    while text.last == character { text.removeLast() }
    return text
  }
}
