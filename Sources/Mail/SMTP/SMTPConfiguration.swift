/// The server that takes the mails, and how to talk to it.
public struct SMTPConfiguration: Hashable, Sendable {
  /// How the connection is kept from listeners.
  public enum Security: String, CaseIterable, Hashable, Sendable {
    /// Plain: for a server on this very machine alone.
    case none
    /// Plain at first, then TLS before anything else (RFC 3207), or no mail. Usually port 587.
    case startTLS = "starttls"
    /// TLS from the first byte (RFC 8314). Usually port 465.
    case tls
  }

  /// The most connections to one server.
  public static let mostConnections = 16

  /// A host name or an IP address.
  public let host: String
  /// 1…65535.
  public let port: Int
  /// TLS is 1.2 or later with a certificate of this very host.
  public let security: Security
  /// Who we say we are, when the server offers AUTH; nil for a server that knows us by our address.
  public let credentials: SMTPCredentials?
  /// A PEM file with the authorities to trust in place of the system's.
  public let authorityFile: String?
  /// For reaching the server up to the point where it takes a mail.
  public let connectTimeout: Duration
  /// For one mail in all. RFC 5321 §4.5.3.2 gives a server ten minutes for its last reply.
  public let totalTimeout: Duration
  /// The name in EHLO: this host's.
  public let localName: String
  /// How many mails are sent at once, each over its own connection.
  public let connections: Int
  /// How long an open connection waits for another mail.
  public let idleTimeout: Duration

  /// A checked configuration.
  public init(
    host: String, port: Int, security: Security, credentials: SMTPCredentials? = nil, authorityFile: String? = nil,
    connectTimeout: Duration = .seconds(30), totalTimeout: Duration = .seconds(600), localName: String,
    connections: Int = 2, idleTimeout: Duration = .seconds(20)
  ) throws(SMTPConfigurationError) {
    guard Syntax.isDomain(host) || Self.isIPv6(host) else { throw .malformedHost }
    guard 1...65_535 ~= port else { throw .portOutOfRange }
    guard security != .none || Self.isLoopback(host) else { throw .plainBeyondLoopback }
    guard Syntax.isDomain(localName) else { throw .malformedLocalName }
    guard connectTimeout >= .milliseconds(100), connectTimeout <= totalTimeout, totalTimeout <= .seconds(3600),
      idleTimeout >= .zero, idleTimeout <= .seconds(3600)
    else { throw .timeoutOutOfRange }
    guard 1...Self.mostConnections ~= connections else { throw .connectionsOutOfRange }
    self.host = host
    self.port = port
    self.security = security
    self.credentials = credentials
    self.authorityFile = authorityFile
    self.connectTimeout = connectTimeout
    self.totalTimeout = totalTimeout
    self.localName = localName
    self.connections = connections
    self.idleTimeout = idleTimeout
  }

  /// `smtp://host:port/name`; libcurl takes the name in EHLO from the path.
  var url: String {
    let scheme = security == .tls ? "smtps" : "smtp"
    return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(localName)"
  }

  private static func isIPv6(_ text: String) -> Bool {
    text.count { $0 == ":" } >= 2 && text.utf8.count <= 45
      && text.allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == ":" || $0 == ".") }
  }

  /// Names that libcurl and RFC 6761 keep on this machine, and 127.0.0.0/8 in its usual form.
  private static func isLoopback(_ host: String) -> Bool {
    if host.lowercased() == "localhost" || host == "::1" { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
  }
}

/// Why a configuration isn't taken.
public enum SMTPConfigurationError: Error, Hashable, Sendable {
  /// Neither a host name nor an IP address.
  case malformedHost
  /// Not 1…65535.
  case portOutOfRange
  /// Mails hold personal data: without TLS only to this machine.
  case plainBeyondLoopback
  /// The name for EHLO is no host name.
  case malformedLocalName
  /// Connecting takes at least 0.1 s and no longer than the whole; the whole, and the wait for more, at most an hour.
  case timeoutOutOfRange
  /// Not 1…`SMTPConfiguration.mostConnections`.
  case connectionsOutOfRange
  /// No such file, or not readable.
  case unreadablePasswordFile(path: String)
  /// The name or the password is empty, longer than 1024 bytes, or holds a control character.
  case malformedCredentials
}
