/// What two names share when a file system might take them for one.
enum NameKey {
  /// Case-blind; normalisation-blind because Swift compares and hashes strings by canonical equivalence.
  ///
  /// Through upper case: ß becomes SS, ſ becomes S, ς and σ become Σ. Lower case before it, because only there ẞ
  /// (U+1E9E) becomes ß. Coarser than any file system is safe.
  static func of(_ name: String) -> String { name.lowercased().uppercased().lowercased() }
}
