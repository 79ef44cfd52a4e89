/// Writes manifest.json: what every entry is, so that anybody can check the archive offline. Format
/// `ohjaustila.manifest`, version 1; one entry a line, in the archive's order, without the manifest and its signature.
///
/// Paths have no character that JSON escapes (see ``SafeName``), so that a line is read by sed as well as by a parser.
public struct ManifestRenderer: Sendable {
  private var json = JSONBytes()

  /// A manifest of one space's archive; `keyID` names the key of the signature beside it.
  public init(spaceID: String, contentAsOf: ArchiveInstant, language: ArchiveLanguage, keyID: String) {
    json.open(UInt8(ascii: "{"))
    json.newLine()
    json.member("format", "ohjaustila.manifest")
    json.member("version", 1)
    json.member("spaceId", spaceID)
    json.member("contentAsOf", contentAsOf.utc)
    json.member("language", language.rawValue)
    json.member("rendererVersion", RendererVersion.current)
    json.member("signature", "Ed25519")
    json.member("keyId", keyID)
    json.newLine()
    json.name("entries")
    json.open(UInt8(ascii: "["))
  }

  /// The next entry: `sha256` is lower-case hexadecimal.
  public mutating func entry(path: String, size: UInt64, sha256: String, into output: inout [UInt8]) {
    json.newLine()
    json.object { json in
      json.member("path", path)
      json.member("size", size)
      json.member("sha256", sha256)
    }
    json.drain(into: &output)
  }

  /// Everything after the entries.
  public mutating func end(into output: inout [UInt8]) {
    json.close(UInt8(ascii: "]"))
    json.close(UInt8(ascii: "}"))
    json.drain(into: &output)
    output.append(UInt8(ascii: "\n"))
  }
}
