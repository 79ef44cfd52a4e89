/// What is wrong with an archive: each case names what and where. Places are in bytes from the file's start.
public enum ArchiveDamage: Error, Sendable, Hashable {
  /// Neither the start nor the directory is that of an archive of a guidance space.
  case notOurs
  /// The file does not end with a ZIP's end record.
  case noEnd(length: UInt64)
  /// There is something behind the end record.
  case trailing(at: UInt64, bytes: UInt64)
  /// A field of the end records contradicts the file.
  case endRecord(at: UInt64, field: String)
  /// A record of the directory is not as we write it. Numbers from 1.
  case directoryRecord(number: UInt64, at: UInt64, field: String)
  /// The header before an entry's content says otherwise than the directory.
  case localHeader(path: String, at: UInt64, field: String)
  /// An entry does not begin where the one before it ends: something was cut out, put in or put elsewhere.
  case misplaced(path: String, at: UInt64, expected: UInt64)
  /// An entry reaches beyond the place where the directory begins.
  case tooLong(path: String, at: UInt64)
  /// Bytes between the last entry and the directory.
  case gap(at: UInt64, bytes: UInt64)
  /// A path that could lead out of the folder, or that has no place in an archive of ours.
  case unexpectedPath(path: String, number: UInt64)
  /// The content does not have the checksum that header and directory agree on.
  case checksum(path: String, at: UInt64)
  /// The content is not the one that the manifest names; checksums were made to fit.
  case digest(path: String, at: UInt64)
  /// manifest.json is not as we write it; the place is within it.
  case manifest(at: Int)
  /// manifest.json is of a later format than this program knows.
  case laterManifest(version: UInt64)
  /// The manifest names another path or size where the archive has this one.
  case disagreement(path: String, manifest: String)
  /// The archive has an entry that the manifest does not name.
  case notInManifest(path: String)
  /// The manifest names an entry that the archive does not have.
  case notInArchive(path: String)
  /// manifest.sig is not the 64 bytes of a signature.
  case signatureLength(bytes: UInt64)
}

extension ArchiveDamage: CustomStringConvertible {
  /// One sentence for a person.
  public var description: String {
    switch self {
    case .notOurs: "this is not an archive of a guidance space"
    case .noEnd(let length):
      "after \(length) bytes the file does not end as a ZIP does: it was cut short, or its end was damaged"
    case .trailing(let at, let bytes): "\(bytes) bytes were appended behind the archive's end at byte \(at)"
    case .endRecord(let at, let field): "the end record at byte \(at) is damaged: \(field)"
    case .directoryRecord(let number, let at, let field):
      "record \(number) of the directory, at byte \(at), is damaged: \(field)"
    case .localHeader(let path, let at, let field):
      "the header of \(Self.shown(path)) at byte \(at) says otherwise than the directory: \(field)"
    case .misplaced(let path, let at, let expected):
      "\(Self.shown(path)) begins at byte \(at) and should at byte \(expected): something was moved, removed or put in"
    case .tooLong(let path, let at): "\(Self.shown(path)) at byte \(at) reaches into the directory"
    case .gap(let at, let bytes): "\(bytes) bytes that belong to no entry stand before the directory, at byte \(at)"
    case .unexpectedPath(let path, let number): "entry \(number) has no place in an archive: \(Self.shown(path))"
    case .checksum(let path, let at): "the content of \(Self.shown(path)), from byte \(at), was damaged (CRC-32)"
    case .digest(let path, let at):
      "the content of \(Self.shown(path)), from byte \(at), is not what the manifest names (SHA-256): it was changed"
    case .manifest(let at): "manifest.json is not as it was written, from its byte \(at)"
    case .laterManifest(let version):
      "manifest.json has version \(version), which this program does not know: use a later one"
    case .disagreement(let path, let manifest):
      "the archive has \(Self.shown(path)) where the manifest has \(Self.shown(manifest))"
    case .notInManifest(let path): "the manifest does not name \(Self.shown(path))"
    case .notInArchive(let path): "\(Self.shown(path)) is named by the manifest and missing from the archive"
    case .signatureLength(let bytes): "manifest.sig has \(bytes) bytes, and a signature has 64"
    }
  }

  /// A path from a file that cannot be trusted, as a terminal may show it.
  private static func shown(_ path: String) -> String {
    "\"" + path.unicodeScalars.map { NameScalar($0) == .dropped ? "?" : String($0) }.joined() + "\""
  }
}
