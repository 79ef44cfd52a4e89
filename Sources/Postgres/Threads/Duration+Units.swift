extension Duration {
  /// Whole milliseconds, rounded up, for `poll`; at least 0.
  var pollMilliseconds: Int32 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    guard seconds < 2_000_000 else { return .max }
    return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  /// Whole milliseconds as PostgreSQL's settings want them; at least 1, because 0 would mean no bound.
  var settingMilliseconds: String { String(Swift.max(1, pollMilliseconds)) }
}
