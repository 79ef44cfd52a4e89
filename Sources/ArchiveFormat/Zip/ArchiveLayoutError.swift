/// Why a list of entries cannot become an archive. `index` is the entry's place in the list.
public enum ArchiveLayoutError: Error, Sendable, Hashable {
  /// The path is empty, absolute, has an empty, `.` or `..` part, a backslash or a control character.
  case unsafePath(index: Int)
  /// The path is longer than 65,535 bytes of UTF-8.
  case pathTooLong(index: Int)
  /// An earlier entry has this path, or one that differs in case or Unicode normalisation only.
  case duplicatePath(index: Int)
  /// The whole would be longer than 2⁶³−1 bytes.
  case tooLarge
}
