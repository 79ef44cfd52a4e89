/// The fixed places in an archive.
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
  public static func file(_ safeName: String) -> String { "files/" + safeName }
}
