import Lifecycle
import Testing

@Suite struct PolicyTests {
  @Test func takesTheGuidanceSpaces() {
    #expect(guidance.longestNoticeOffset == period("P30D"))
    #expect(guidance.hold(for: "legalClaim")?.cap == period("P12M") && guidance.hold(for: "whim") == nil)
    #expect(policy { $0.notices = [] }.longestNoticeOffset == .zero)
  }

  /// Other registers of the seeds fit the same mechanism.
  @Test(arguments: ["P0D P0D P6M P0D", "P0D P0D P180D P0D", "P180D P0D P0D P0D", "P1D P0D P0D P0D"])
  func takesLives(_ stages: String) {
    let other = policy { terms in
      terms.stages = Stages(stages)
      terms.notices = []
    }
    let opened = Life.opening(at: start("2026-03-01") + .seconds(40_000), policy: other, zone: helsinki)
    #expect(opened.timeline.erasesAt > opened.life.openedAt)
  }

  @Test(arguments: Refused.all)
  func refuses(_ refused: Refused) {
    var terms = guidanceTerms()
    refused.change(&terms)
    let error = #expect(throws: PolicyError.self) { try Policy(terms) }
    #expect(error == refused.error && error?.key == refused.key && error?.problem.isEmpty == false)
  }
}

/// A change that makes the guidance spaces' terms no policy.
struct Refused: Sendable, CustomTestStringConvertible {
  let key: String
  let error: PolicyError
  let change: @Sendable (inout PolicyTerms) -> Void

  var testDescription: String { key }

  init(_ key: String, _ error: PolicyError, _ change: @escaping @Sendable (inout PolicyTerms) -> Void) {
    (self.key, self.error, self.change) = (key, error, change)
  }

  static let all = [
    Refused("version", .badVersion(0)) { $0.version = 0 },
    Refused("title", .blank("title")) { $0.title = " \n" },
    Refused("zone", .blank("zone")) { $0.zoneName = "" },
    Refused("register", .badCode(in: "register", code: "ohjaus tila")) { $0.register = "ohjaus tila" },
    Refused("stages", .lifeHasNoLength) { $0.stages = Stages("P0D P0D P0D P0D") },
    Refused("stages", .lifeTooLong(period("P1206M"), limit: period("P1200M"))) {
      $0.stages = Stages("P3M P3M P0D P1200M")
    },
    Refused("stages.sealed.source", .blank("stages.sealed.source")) {
      let old = $0.stages
      let silent = StageRule(period: .zero, source: "")
      $0.stages = Stages(
        inactivity: old.inactivity, reactivation: old.reactivation, sealed: silent, archive: old.archive)
    },
    Refused("reasons", .duplicate(in: "reasons", code: "other")) { $0.reasons = ["other", "other"] },
    Refused("notices", .duplicate(in: "notices", code: "closingSoon")) { $0.notices.append($0.notices[0]) },
    Refused("holds", .duplicate(in: "holds", code: "supervisoryOrder")) { $0.holds.append($0.holds[1]) },
    Refused("notices.early.before", .badOffset(notice: "early", days: 367)) { $0.notices.append(notice("early", 367)) },
    Refused("notices.early.before", .noticeBeforeLife(notice: "early", days: 85, fewestDays: 84)) {
      $0.notices.append(notice("early", 85))
    },
    Refused("notices.mute.to", .noRecipients(notice: "mute")) { $0.notices.append(notice("mute", 1, [])) },
    Refused("notices.twice.to", .duplicate(in: "notices.twice.to", code: "a recipient")) {
      $0.notices.append(notice("twice", 1, [.customer, .customer]))
    },
    Refused("holds.x.cap", .badCap(reason: "x", cap: .zero, limit: period("P1200M"))) { $0.holds = [hold("P0D")] },
    Refused("releaseGrace", .graceBeyondCap(reason: "x", grace: period("P14D"), cap: period("P13D"))) {
      $0.holds = [hold("P13D")]
    },
    Refused("releaseGrace", .badGrace(period("P1201M"), limit: period("P1200M"))) {
      $0.releaseGrace = period("P1201M")
    },
    Refused("authenticationLeeway", .badLeeway(.seconds(-1), limit: .seconds(600))) {
      $0.authenticationLeeway = .seconds(-1)
    },
  ]
}

private func notice(_ code: String, _ days: Int, _ to: [NoticeRule.Recipient] = [.customer]) -> NoticeRule {
  NoticeRule(code: code, boundary: .closing, daysBefore: days, recipients: to)
}

private func hold(_ cap: String) -> HoldRule {
  HoldRule(reason: "x", cap: period(cap), needsSecondApproval: false, source: "test")
}
