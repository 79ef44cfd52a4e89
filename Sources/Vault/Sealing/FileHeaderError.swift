/// Why a file header was refused.
public enum FileHeaderError: Error, Sendable, Hashable {
  /// A field is longer or larger than allowed.
  case outOfBounds(field: String)
  /// Not the bytes of a header: cut, too long, of an unknown version, or a text that is not UTF-8.
  case malformed
}
