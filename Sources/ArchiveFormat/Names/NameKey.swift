/// What two names share when a file system might take them for one.
enum NameKey {
  /// Case-blind; normalisation-blind because Swift compares and hashes strings by canonical equivalence.
  ///
  /// Upper case first: ß becomes SS, ſ becomes S, ς and σ become Σ. Coarser than any file system is safe.
  static func of(_ name: String) -> String { name.uppercased().lowercased() }
}
