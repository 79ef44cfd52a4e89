/// How an installation shows itself to the network.
public struct WebSettings: Sendable, Equatable {
  /// A certificate's PEM files.
  public struct TLS: Sendable, Equatable {
    /// The certificate, then those that lead to its authority.
    public let certificate: String
    /// Its private key.
    public let key: String
  }

  /// Pages of these origins may call the service from a browser, such as `https://ohjaus.example.fi`.
  public var origins: [String] = []
  /// The names that the service answers under, in lower case and without ports; any where there are none.
  public var hosts: [String] = []
  /// Nil where connections are in clear: behind a proxy that has the certificate.
  public var tls: TLS?

  /// The defaults: no other origins, any host, in clear.
  public init() {}

  /// What the configuration file calls them.
  static let keys = ["origins", "hosts", "tls"]
}

extension [String: PolicyNode] {
  /// The settings among the file's keys.
  func webSettings() throws(PolicyFileError) -> WebSettings {
    var settings = WebSettings()
    for node in try self["origins"]?.list() ?? [] { settings.origins.append(try node.origin()) }
    for node in try self["hosts"]?.list() ?? [] {
      let host = try node.text()
      guard host == host.lowercased(), !host.isEmpty, !host.contains(where: { "/: ".contains($0) }) else {
        throw node.failure("expected a host's name in lower case, without a port")
      }
      settings.hosts.append(host)
    }
    if let keys = try self["tls"]?.mapping(["certificate", "key"]) {
      settings.tls = WebSettings.TLS(
        certificate: try keys["certificate"]?.text() ?? "", key: try keys["key"]?.text() ?? "")
    }
    return settings
  }
}

extension PolicyNode {
  /// An origin as browsers send it: scheme, host and maybe a port, nothing after. There is no wildcard.
  fileprivate func origin() throws(PolicyFileError) -> String {
    let text = try text()
    let host = ["https://", "http://"].lazy.filter(text.hasPrefix).map { text.dropFirst($0.count) }.first
    guard let host, !host.isEmpty, text == text.lowercased(), !host.contains(where: { "/*@? ".contains($0) }) else {
      throw failure("expected an exact origin such as https://ohjaus.example.fi")
    }
    return text
  }
}
