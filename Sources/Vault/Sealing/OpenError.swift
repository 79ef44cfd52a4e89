/// Why a sealed value did not open.
public enum OpenError: Error, Sendable, Hashable {
  /// Shorter than anything that was ever sealed.
  case tooShort
  /// Sealed by a later version of the service.
  case unknownFormat(UInt8)
  /// Changed, moved from another cell or chunk, or sealed under another key.
  case notAuthentic
  /// Opened, but asked for as text and not UTF-8.
  case notText
}
