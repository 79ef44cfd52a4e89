/// The fixed places in an archive, in their order in it: the page and space.json, so that who looks at a half-loaded file
/// finds them, then the files, then the manifest and its signature, which an archive that was cut short lacks.
public enum ArchivePath {
  /// The page for people.
  public static let index = "index.html"
  /// The same for machines.
  public static let space = "space.json"
  /// What every entry is, with its hash.
  public static let manifest = "manifest.json"
  /// The signature over the manifest's bytes.
  public static let signature = "manifest.sig"

  /// Where an attachment of this safe name stands.
  public static func file(_ safeName: String) -> String { folder + safeName }

  private static let folder = "files/"

  /// Whether an attachment may stand at this path: directly in the folder, and nothing in its name leads out of it or
  /// hides something.
  static func isFile(_ path: String) -> Bool {
    guard path.utf8.starts(with: folder.utf8) else { return false }
    let name = path.unicodeScalars.dropFirst(folder.unicodeScalars.count)
    guard let first = name.first, first != "." else { return false }
    return name.allSatisfy { NameScalar($0) == .kept || $0 == " " }
  }
}
