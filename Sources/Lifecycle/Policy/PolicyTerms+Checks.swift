extension PolicyTerms {
  func checkTexts() throws(PolicyError) {
    guard version > 0 else { throw .badVersion(version) }
    for (name, text) in [("title", title), ("source", source), ("zone", zoneName)] + stageSources + holdSources
    where text.allSatisfy(\.isWhitespace) {
      throw .blank(name)
    }
    try check(codes: [register], in: "register")
    try check(codes: reasons, in: "reasons")
    try check(codes: holds.map(\.reason), in: "holds")
    try check(codes: notices.map(\.code), in: "notices")
  }

  func checkLife() throws(PolicyError) {
    let life = Boundary.allCases.reduce(Period.zero) { $0 + stages.before($1).period }
    guard !life.isZero else { throw .lifeHasNoLength }
    guard life <= Policy.longestPeriod else { throw .lifeTooLong(life, limit: Policy.longestPeriod) }
  }

  func checkNotices() throws(PolicyError) {
    for notice in notices {
      guard (0...NoticeRule.longestOffset).contains(notice.daysBefore) else {
        throw .badOffset(notice: notice.code, days: notice.daysBefore)
      }
      guard !notice.recipients.isEmpty else { throw .noRecipients(notice: notice.code) }
      guard Set(notice.recipients).count == notice.recipients.count else {
        throw .duplicate(in: "notices.\(notice.code).to", code: "a recipient")
      }
      let fewest = fewestDays(until: notice.boundary)
      guard notice.daysBefore <= fewest else {
        throw .noticeBeforeLife(notice: notice.code, days: notice.daysBefore, fewestDays: fewest)
      }
    }
  }

  func checkHolds() throws(PolicyError) {
    guard releaseGrace <= Policy.longestPeriod else { throw .badGrace(releaseGrace, limit: Policy.longestPeriod) }
    guard authenticationLeeway >= .zero, authenticationLeeway <= Policy.longestLeeway else {
      throw .badLeeway(authenticationLeeway, limit: Policy.longestLeeway)
    }
    for hold in holds {
      guard !hold.cap.isZero, hold.cap <= Policy.longestPeriod else {
        throw .badCap(reason: hold.reason, cap: hold.cap, limit: Policy.longestPeriod)
      }
      guard releaseGrace <= hold.cap else {
        throw .graceBeyondCap(reason: hold.reason, grace: releaseGrace, cap: hold.cap)
      }
    }
  }

  func checkLogs() throws(PolicyError) {
    for (name, rule) in [("journal", logs.journal), ("accessLog", logs.accessLog)] {
      guard !rule.source.allSatisfy(\.isWhitespace) else { throw .blank("\(name).source") }
      guard !rule.period.isZero, rule.period <= Policy.longestPeriod else {
        throw .badKeeping(log: name, rule.period, limit: Policy.longestPeriod)
      }
    }
  }

  func checkAccessReview() throws(PolicyError) {
    guard let review = accessReview else { return }
    guard !review.source.allSatisfy(\.isWhitespace) else { throw .blank("accessReview.source") }
    for (name, period) in [("interval", review.interval), ("grace", review.grace), ("commitment", review.commitment)] {
      guard let period else { continue }
      guard !period.isZero, period <= Policy.longestPeriod else {
        throw .badReview(name, period, limit: Policy.longestPeriod)
      }
    }
  }

  private var stageSources: [(String, String)] {
    [
      ("stages.inactivity.source", stages.inactivity.source),
      ("stages.reactivation.source", stages.reactivation.source),
      ("stages.sealed.source", stages.sealed.source),
      ("stages.archive.source", stages.archive.source),
    ]
  }

  private var holdSources: [(String, String)] { holds.map { ("holds.\($0.reason).source", $0.source) } }

  private func check(codes: [String], in list: String) throws(PolicyError) {
    var seen: Set<String> = []
    for code in codes {
      let letters = code.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
      guard letters, (1...64).contains(code.utf8.count) else { throw .badCode(in: list, code: code) }
      guard seen.insert(code).inserted else { throw .duplicate(in: list, code: code) }
    }
  }

  /// The fewest days from a life's beginning until a boundary that passes by itself.
  private func fewestDays(until boundary: Boundary) -> Int {
    var days = 0
    for stage in Boundary.allCases {
      days += stages.before(stage).period.fewestDays
      if stage == boundary { break }
    }
    return days
  }
}
