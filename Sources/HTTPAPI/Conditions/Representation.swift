import HTTPTypes

/// Bytes that GET and HEAD may have: what conditions and ranges are judged by.
struct Representation: Equatable, Sendable {
  /// Strong.
  let entityTag: EntityTag
  /// Nil where a date would not tell these bytes from others.
  let lastModified: HTTPDate?
  /// In bytes.
  let length: UInt64

  /// What a request gets.
  enum Selection: Equatable, Sendable {
    /// 200
    case whole
    /// 206; never empty.
    case part(Range<UInt64>)
    /// 304
    case notModified
    /// 412
    case preconditionFailed
    /// 416
    case unsatisfiable
  }

  /// Judges a request in the order of RFC 9110 §13.2.2.
  ///
  /// Several ranges are one answer when they join into one range, and the whole otherwise: there are no multipart answers.
  func selection(for method: HTTPRequest.Method, _ fields: HTTPFields) -> Selection {
    if let matching = fields[.ifMatch] {
      guard EntityTagList(field: matching).contains(entityTag.matchesStrongly) else { return .preconditionFailed }
    } else if let lastModified, let date = fields[.ifUnmodifiedSince].flatMap(HTTPDate.init(field:)) {
      guard lastModified <= date else { return .preconditionFailed }
    }
    if let matching = fields[.ifNoneMatch] {
      if EntityTagList(field: matching).contains(entityTag.matchesWeakly) { return .notModified }
    } else if let lastModified, let date = fields[.ifModifiedSince].flatMap(HTTPDate.init(field:)) {
      guard lastModified > date else { return .notModified }
    }
    // Of HEAD a range asks nothing (§14.2).
    guard method == .get, let field = fields[.range], isCurrent(fields[.ifRange]) else { return .whole }
    return selection(ofRange: field)
  }

  /// Whether what the client has is the beginning of these bytes: by a strong tag or the very date (§13.1.5).
  private func isCurrent(_ field: String?) -> Bool {
    guard let field else { return true }
    if let tag = EntityTag(field: field) { return tag.matchesStrongly(entityTag) }
    guard let lastModified else { return false }
    return HTTPDate(field: field) == lastModified
  }

  private func selection(ofRange field: String) -> Selection {
    // Some clients ask for a range of everything; of nothing, nothing is everything.
    guard length > 0, let ranges = ByteRanges(field: field) else { return .whole }
    let wanted = ranges.resolved(length: length)
    guard let first = wanted.first else { return .unsatisfiable }
    return wanted.count == 1 ? .part(first) : .whole
  }
}
