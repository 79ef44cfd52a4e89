/// Where clamd listens.
public enum ClamdAddress: Sendable, Equatable, CustomStringConvertible {
  /// clamd.conf's `LocalSocket`.
  case socket(path: String)
  /// clamd.conf's `TCPAddr` and `TCPSocket`. Nothing there is encrypted or asks for a password: for this machine, or a
  /// network of one's own.
  case tcp(host: String, port: Int)

  /// clamd's usual port.
  public static let defaultPort = 3310

  /// Reads `/run/clamav/clamd.ctl`, `host` or `host:3310`, `[::1]:3310`; nil for anything else.
  public init?(_ text: String) {
    if text.hasPrefix("/") {
      // sun_path has 108 bytes, the last of them nought.
      guard text.utf8.count < 108 else { return nil }
      self = .socket(path: text)
      return
    }
    var (host, rest) = (Substring(text), Substring())
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      (host, rest) = (text[text.index(after: text.startIndex)..<end], text[text.index(after: end)...])
    } else if let colon = text.firstIndex(of: ":") {
      (host, rest) = (text[..<colon], text[colon...])
    }
    let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    guard !host.isEmpty, isPlain else { return nil }
    guard !rest.isEmpty else {
      self = .tcp(host: String(host), port: Self.defaultPort)
      return
    }
    guard rest.hasPrefix(":"), let port = Int(rest.dropFirst()), (1...65535).contains(port) else { return nil }
    self = .tcp(host: String(host), port: port)
  }

  /// As it is written in a configuration.
  public var description: String {
    switch self {
    case .socket(let path): path
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }
}
