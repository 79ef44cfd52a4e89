import Lifecycle
import Testing

@testable import Console
@testable import Guidance

/// Policies, their differences and previews as people read them.
@Suite struct PolicyTextTests {
  @Test func theSheetSaysEveryRuleAndItsSource() throws {
    let policy = try Samples.policy()
    let text = PolicySheet(policy).lines.joined(separator: "\n")
    for boundary in Boundary.allCases { #expect(text.contains(policy.stages.before(boundary).source)) }
    for notice in policy.notices { #expect(text.contains(notice.code)) }
    for hold in policy.holds { #expect(text.contains(hold.source)) }
    for line in [
      "  inactivity    P3M   \"ohjaustilat", "  closingSoon      14 days before closing    to customer and counsellor",
      "  erased           at erasing                to customer",
      "at most P12M beyond the retention, two must agree", "  guidanceEnded",
    ] {
      #expect(text.contains(line), "\(line)\n\(text)")
    }
  }

  private func diff(_ changes: [(String, String)]) throws -> [String] {
    let zone = try ZoneFile.load("Europe/Helsinki")
    let day = try Samples.day("2026-03-01")
    return PolicyDiff(
      from: try Samples.policy(), to: try Samples.policy([("version: 1\n", "version: 2\n")] + changes),
      openedAt: zone.startOfDay(day) + .seconds(3600), zone: zone
    ).lines
  }

  @Test func theDifferenceIsToldInLastDays() throws {
    #expect(try diff([("58 artikla", "59 artikla")]).count == 1, "texts alone treat nobody otherwise")
    let lines = try diff([("inactivity:\n    period: P3M", "inactivity:\n    period: P2M")])
    #expect(
      lines == [
        "ohjaustila: version 1 → 2, for a space opened on 2026-03-01", "", "Last days",
        "  active         P3M → P2M  2026-06-01 → 2026-05-01  31 days sooner",
        "  reactivatable  P3M        2026-09-01 → 2026-08-01  31 days sooner",
        "  closed         P0D        2026-09-01 → 2026-08-01  31 days sooner",
        "  archived       P12M       2027-09-01 → 2027-08-01  31 days sooner",
      ])
  }

  @Test func theDifferenceNamesNoticesHoldsAndReasons() throws {
    let lines = try diff([
      ("code: closed,", "code: closedNow,"), ("before: P7D", "before: P6D"),
      ("reason: legalClaim\n    cap: P12M", "reason: legalClaim\n    cap: P6M"),
      ("customerRequest, other", "customerRequest"), ("releaseGrace: P14D", "releaseGrace: P15D"), ("PT60S", "PT30S"),
    ])
    for line in [
      "  - closed: at closing, to customer and counsellor", "  + closedNow: at closing, to customer and counsellor",
      "  erasureInAWeek: 7 days before erasing, to customer → 6 days before erasing, to customer",
      "  legalClaim: at most P12M beyond the retention, two must agree → at most P6M beyond the retention, two must agree",
      "  - other", "  releaseGrace: P14D → P15D",
    ] {
      #expect(lines.contains(line), "\(line)\n\(lines)")
    }
    #expect(!lines.contains("Last days") && lines.contains { $0.hasPrefix("  authenticationLeeway: ") })
  }

  @Test func thePreviewSaysHowFar() throws {
    let first = try Samples.policy()
    let second = try Samples.policy([("version: 1\n", "version: 2\n")])
    let change = try #require(
      PolicyChange(register: "ohjaustila", to: 2, organisation: nil, policies: Policies([first, second])))
    var preview = PolicyPreview()
    preview.governed = [1: 6]
    preview.refused = [.holdReasonUnknown: 1]
    var moves = PolicyPreview.Moves()
    for days in [-31, -31, -30, -1, 92] { moves.count(days) }
    preview.moves = [.closing: moves]
    #expect(moves.sooner == 4 && moves.later == 1)
    #expect(moves.minDays == -31 && moves.medianDays == -30 && moves.maxDays == 92)
    #expect(moves.histogram.map(\.days) == [-31 ... -8, -7 ... -1, 32...92])
    #expect(moves.histogram.map(\.spaces) == [3, 1, 1])
    let lines = PreviewSheet(preview, of: change).lines
    for line in [
      "ohjaustila → version 2", "under version 1             6", "erased at once              0",
      "refused: holdReasonUnknown  1", "closing   4       1      -31  -30     +92",
      "closing  -31 … -8 days   3  " + String(repeating: "█", count: 40),
    ] {
      #expect(lines.contains(line), "\(line)\n\(lines.joined(separator: "\n"))")
    }
    #expect(PreviewSheet(PolicyPreview(), of: change).lines.allSatisfy { !$0.contains("█") })
  }

  @Test(arguments: [
    (0, 0, 100, "██████████"), (0, 3, 0, "░░░░░░░░░░"), (1, 3, 33, "███░░░░░░░"), (2999, 3000, 99, "█████████░"),
    (3, 3, 100, "██████████"), (9, 3, 100, "██████████"),
  ])
  func progressIsNeverDoneTooEarly(done: Int, total: Int, percent: Int, bar: String) {
    let line = ProgressLine(done: done, total: total)
    #expect(line.percent == percent && line.bar(columns: 10).hasPrefix(bar + " \(percent) %"))
  }
}
