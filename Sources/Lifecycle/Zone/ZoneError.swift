/// Why bytes are no usable time zone (RFC 9636, TZif).
public enum ZoneError: Error, Hashable {
  /// The bytes do not begin with `TZif`.
  case notTZif
  /// The bytes end before the block they promise.
  case truncated
  /// A count or index contradicts another one, or the transitions do not ascend.
  case inconsistent
  /// The file counts leap seconds (a `right/` zone); PostgreSQL's time does not.
  case leapSeconds
  /// The rule after the last transition is not a POSIX TZ text.
  case badRule(String)
}
