/// Reads manifest.json as strictly as ``ManifestRenderer`` writes it: another byte anywhere is another manifest.
public struct ManifestReader: Sendable {
  /// What a manifest says before its entries.
  public struct Header: Sendable, Hashable {
    /// Of the space.
    public let spaceID: String
    /// RFC 3339, UTC.
    public let contentAsOf: String
    /// Of index.html.
    public let language: String
    /// See ``RendererVersion``.
    public let rendererVersion: UInt64
    /// Names the key of the signature.
    public let keyID: String
  }

  /// What it says of an entry.
  public struct Entry: Sendable, Hashable {
    /// In the archive.
    public let path: String
    /// Bytes.
    public let size: UInt64
    /// 64 lower-case hexadecimal digits.
    public let sha256: String
  }

  /// What stands before the entries.
  public let header: Header
  private var scanner: ManifestScanner
  private var isFirst = true

  /// Reads up to the first entry.
  public init(_ bytes: [UInt8]) throws(ArchiveDamage) {
    var scanner = ManifestScanner(bytes)
    try scanner.expect("{\n\"format\":\"ohjaustila.manifest\",\"version\":")
    let version = try scanner.number()
    guard version == 1 else { throw .laterManifest(version: version) }
    header = Header(
      spaceID: try scanner.string(after: ",\"spaceId\":"), contentAsOf: try scanner.string(after: ",\"contentAsOf\":"),
      language: try scanner.string(after: ",\"language\":"),
      rendererVersion: try scanner.number(after: ",\"rendererVersion\":"),
      keyID: try scanner.string(after: ",\"signature\":\"Ed25519\",\"keyId\":"))
    try scanner.expect(",\n\"entries\":[")
    self.scanner = scanner
  }

  /// The next entry; nil after the last, when nothing follows it.
  public mutating func next() throws(ArchiveDamage) -> Entry? {
    if scanner.skip("]}\n") {
      guard scanner.isAtEnd else { throw .manifest(at: scanner.position) }
      return nil
    }
    try scanner.expect(isFirst ? "\n" : ",\n")
    isFirst = false
    let entry = Entry(
      path: try scanner.string(after: "{\"path\":"), size: try scanner.number(after: ",\"size\":"),
      sha256: try scanner.string(after: ",\"sha256\":"))
    try scanner.expect("}")
    return entry
  }
}

/// Goes through the bytes of a manifest.
struct ManifestScanner: Sendable {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  /// Steps over a text, if it comes next.
  mutating func skip(_ text: StaticString) -> Bool {
    let isNext = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    if isNext { position += text.utf8CodeUnitCount }
    return isNext
  }

  mutating func expect(_ text: StaticString) throws(ArchiveDamage) {
    guard skip(text) else { throw .manifest(at: position) }
  }

  /// A string, in which nothing needs an escape: paths of ours have neither quotes nor controls.
  mutating func string(after text: StaticString) throws(ArchiveDamage) -> String {
    try expect(text)
    try expect("\"")
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\"")),
      let string = String(validating: bytes[position..<end], as: UTF8.self),
      !string.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\\") })
    else { throw .manifest(at: position) }
    position = end + 1
    return string
  }

  mutating func number(after text: StaticString) throws(ArchiveDamage) -> UInt64 {
    try expect(text)
    return try number()
  }

  /// A whole number without leading zeros.
  mutating func number() throws(ArchiveDamage) -> UInt64 {
    let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
    let isPlain = digits.count == 1 || digits.first != 0x30
    guard isPlain, let value = UInt64(String(decoding: digits, as: UTF8.self)) else { throw .manifest(at: position) }
    position += digits.count
    return value
  }
}
