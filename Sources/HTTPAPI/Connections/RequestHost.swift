/// What a request's `Host` says: a name or an address, in lower case, and maybe a port.
struct RequestHost: Hashable {
  /// `api.example.fi`, `192.0.2.1` or `[2001:db8::1]`.
  let name: String

  /// Reads the field; nil for what is neither. An empty one is allowed for addresses without a host (RFC 9112 §3.2).
  init?(_ field: String) {
    guard field.utf8.count <= 255 + 6 else { return nil }
    var rest = field.utf8[...]
    if rest.first == UInt8(ascii: "[") {
      guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      guard rest[..<end].dropFirst().allSatisfy(Self.isInAddress) else { return nil }
      rest = rest[rest.index(after: end)...]
    } else {
      rest = rest.drop(while: Self.isInName)
    }
    name = field[..<rest.startIndex].lowercased()
    guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { return nil }
    let port = rest.dropFirst()
    guard port.count <= 5, port.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  }

  /// Whether no name server outside this machine's network answers for it: an address, or a name without a dot.
  ///
  /// A page that has its own name point here (DNS rebinding) has neither.
  var isLocal: Bool {
    name.hasPrefix("[") || !name.contains(".") || name.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
  }

  private static func isInName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isInAddress(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"),
      UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: ":"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
