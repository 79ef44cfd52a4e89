/// The language of an archive's `index.html`.
public enum ArchiveLanguage: String, Sendable, Hashable, CaseIterable {
  /// Finnish.
  case fi
  /// Swedish, as in Finland.
  case sv
  /// English.
  case en
}
