/// Why terms are no policy.
public enum PolicyError: Error, Hashable {
  /// A text that must say something is blank: which.
  case blank(String)
  /// A code of other characters than letters, digits, `-` and `_`, or longer than 64: in which list, and the code.
  case badCode(in: String, code: String)
  /// Versions count from 1.
  case badVersion(Int)
  /// All stages are of zero length, so that a space would be erased as it is opened.
  case lifeHasNoLength
  /// The stages together are longer than the zone's table can promise.
  case lifeTooLong(Period, limit: Period)
  /// A code occurs twice in a list: in which, and the code.
  case duplicate(in: String, code: String)
  /// A notice's days are negative or beyond a year.
  case badOffset(notice: String, days: Int)
  /// A notice would be due before the shortest life reaches its boundary at all.
  case noticeBeforeLife(notice: String, days: Int, fewestDays: Int)
  /// A notice to nobody.
  case noRecipients(notice: String)
  /// A hold that reaches nowhere, or further than the limit.
  case badCap(reason: String, cap: Period, limit: Period)
  /// The grace after a release passes a hold's cap.
  case graceBeyondCap(reason: String, grace: Period, cap: Period)
  /// The grace after a release is longer than the limit.
  case badGrace(Period, limit: Period)
  /// A log that is kept for no time, or longer than the limit: which.
  case badKeeping(log: String, Period, limit: Period)
  /// A period of the access review that is none, or longer than the limit: which.
  case badReview(String, Period, limit: Period)
  /// The leeway is negative or longer than the limit.
  case badLeeway(Duration, limit: Duration)
}
