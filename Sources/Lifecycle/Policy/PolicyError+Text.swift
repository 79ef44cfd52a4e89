extension PolicyError: CustomStringConvertible {
  /// The path of the key it speaks of, as in a policy file; an item of a list by its code.
  public var key: String {
    switch self {
    case .blank(let key): key
    case .badCode(let list, _), .duplicate(let list, _): list
    case .badVersion: "version"
    case .lifeHasNoLength, .lifeTooLong: "stages"
    case .badOffset(let notice, _), .noticeBeforeLife(let notice, _, _): "notices.\(notice).before"
    case .noRecipients(let notice): "notices.\(notice).to"
    case .badCap(let reason, _, _): "holds.\(reason).cap"
    case .graceBeyondCap, .badGrace: "releaseGrace"
    case .badLeeway: "authenticationLeeway"
    case .badKeeping(let log, _, _): "\(log).kept"
    case .badReview(let name, _, _): "accessReview.\(name)"
    }
  }

  /// What is wrong, without the key.
  public var problem: String {
    switch self {
    case .blank: "is blank"
    case .badCode(_, let code): "\"\(code.prefix(64))\" is no code of 1 to 64 letters, digits, - and _"
    case .badVersion(let version): "\(version) is no version; they count from 1"
    case .lifeHasNoLength: "a life without length: at least one stage must last"
    case .lifeTooLong(let life, let limit): "a life of \(life) is longer than \(limit)"
    case .duplicate(_, let code): "\(code) occurs twice"
    case .badOffset(_, let days): "\(days) days is not within 0 to \(NoticeRule.longestOffset)"
    case .noticeBeforeLife(_, let days, let fewest):
      "\(days) days before a boundary that may come \(fewest) days after the opening"
    case .noRecipients: "nobody is told"
    case .badCap(_, let cap, let limit): "\(cap) is not within P1D to \(limit)"
    case .graceBeyondCap(let reason, let grace, let cap): "\(grace) passes the cap of \(reason), \(cap)"
    case .badGrace(let grace, let limit): "\(grace) is longer than \(limit)"
    case .badReview(_, let period, let limit): "\(period) is not within P1D to \(limit)"
    case .badKeeping(_, let kept, let limit): "\(kept) is not within P1D to \(limit)"
    case .badLeeway(let leeway, let limit): "\(leeway) is not within 0 and \(limit)"
    }
  }

  /// Key and problem in one line.
  public var description: String { "\(key): \(problem)" }
}
