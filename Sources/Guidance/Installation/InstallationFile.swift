import Foundation
import Yams

/// What an installation's configuration file says: who may vouch for whom, who operates it, and its limits.
public struct InstallationFile: Sendable, Equatable {
  /// Somebody who operates the service.
  public struct Operator: Sendable, Equatable {
    /// The operator's issuer.
    public let issuer: String
    /// What that issuer calls them.
    public let subject: String
  }

  /// In the order of the file.
  public let issuers: [Issuer]
  /// In the order of the file.
  public let operators: [Operator]
  /// Largest file, in bytes; nil leaves the default.
  public let maximumFileSize: Int?
  /// Most erasures in a day before somebody is asked; the standard limit where it says nothing.
  public let erasureLimit: ErasureLimit
  /// Whose `X-Forwarded-For` is believed when the access log says where somebody was.
  public let trustedProxies: [AddressRange]
  /// How long a link to an archive opens it; nil leaves the default.
  public var archiveLinkLifetime: Duration?
  /// Whether personal identity codes with an individual number of 900–999 are taken for people's: test persons have them,
  /// and real ones only for a time.
  public var temporaryIdentityCodes = false
  /// Where clamd listens; nil where files are not scanned.
  public var scanner: String?
  /// How much one space may hold; the default for what the file leaves out.
  public var space = SpaceLimits()
  /// Uploads that one caller may have under way; nil leaves the default.
  public var openUploads: Int?
  /// Hours until an unfinished upload is cleaned up; nil leaves the default.
  public var uploadLifetimeHours: Int?
  /// What event streams may cost; the default for what the file leaves out.
  public var events = EventLimits()
  /// How often somebody may ask; nil where the file says nothing of it.
  public var rates: RateLimits?
  /// How the service shows itself to the network.
  public var web = WebSettings()

  /// A configuration that names nobody.
  public static let empty = InstallationFile(
    issuers: [], operators: [], maximumFileSize: nil, erasureLimit: ErasureLimit(), trustedProxies: [])

  /// Reads a YAML text; `file` is the name that errors give it.
  ///
  /// - Throws: `PolicyFileError` with file, line and key, also for a key that means nothing.
  public static func parse(_ yaml: String, file: String) throws(PolicyFileError) -> InstallationFile {
    let root: Yams.Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch {
      throw PolicyFileError(file: file, line: 1, key: "", problem: "not YAML: \(error)")
    }
    guard let root else { return .empty }
    let keys = try PolicyNode(file: file, key: "", node: root)
      .mapping(
        [],
        optional: ["issuers", "operators", "limits", "trustedProxies", "temporaryIdentityCodes", "scanner"]
          + WebSettings.keys)
    let issuers = try keys["issuers"]?.issuers() ?? []
    var operators: [Operator] = []
    for node in try keys["operators"]?.list() ?? [] {
      let names = try node.mapping(["issuer", "subject"])
      operators.append(Operator(issuer: try names.text("issuer"), subject: try names.text("subject")))
    }
    let limits = try keys["limits"]?.mapping(
      [],
      optional: [
        "maximumFileSize", "maximumErasures", "maximumErasurePercent", "archiveLinkMinutes", "openUploads",
        "uploadLifetimeHours", "spaceBytes", "spaceFiles", "spaceMessages",
      ] + EventLimits.keys + RateLimits.keys)
    var erasureLimit = ErasureLimit()
    if let node = limits?["maximumErasures"] { erasureLimit.spaces = try node.integer(0...Int(Int32.max)) }
    if let node = limits?["maximumErasurePercent"] { erasureLimit.percent = try node.integer(0...100) }
    var proxies: [AddressRange] = []
    for node in try keys["trustedProxies"]?.list() ?? [] {
      guard let range = AddressRange(try node.text()) else {
        throw node.failure("expected an address or a range such as 10.0.0.0/8")
      }
      proxies.append(range)
    }
    var installation = InstallationFile(
      issuers: issuers, operators: operators, maximumFileSize: try limits?["maximumFileSize"]?.integer(),
      erasureLimit: erasureLimit, trustedProxies: proxies)
    if let node = limits?["archiveLinkMinutes"] {
      installation.archiveLinkLifetime = .seconds(60 * (try node.integer(1...10_080)))
    }
    installation.scanner = try keys["scanner"]?.text()
    installation.openUploads = try limits?["openUploads"]?.integer(1...10_000)
    installation.uploadLifetimeHours = try limits?["uploadLifetimeHours"]?.integer(1...720)
    if let bytes = try limits?["spaceBytes"]?.integer(1...1 << 50) { installation.space.bytes = bytes }
    if let files = try limits?["spaceFiles"]?.integer(1...1_000_000) { installation.space.files = files }
    if let messages = try limits?["spaceMessages"]?.integer(1...1_000_000) { installation.space.messages = messages }
    installation.events = try limits?.eventLimits() ?? EventLimits()
    installation.temporaryIdentityCodes = try keys["temporaryIdentityCodes"]?.truth() ?? false
    installation.rates = try limits?.rateLimits()
    installation.web = try keys.webSettings()
    return installation
  }

  /// Reads a file.
  public static func load(_ path: String) throws(PolicyFileError) -> InstallationFile {
    guard let bytes = FileManager.default.contents(atPath: path),
      let text = String(validating: bytes, as: UTF8.self)
    else { throw PolicyFileError(file: path, line: 0, key: "", problem: "cannot be read as UTF-8") }
    return try parse(text, file: path)
  }
}

extension PolicyNode {
  fileprivate func integer(_ range: ClosedRange<Int>) throws(PolicyFileError) -> Int {
    let value = try integer()
    guard range.contains(value) else { throw failure("expected \(range.lowerBound) to \(range.upperBound)") }
    return value
  }
}

extension [String: PolicyNode] {
  func text(_ key: String) throws(PolicyFileError) -> String { try self[key]?.text() ?? "" }

  func texts(_ key: String) throws(PolicyFileError) -> [String] {
    var texts: [String] = []
    for node in try self[key]?.list() ?? [] { texts.append(try node.text()) }
    return texts
  }
}
