import Lifecycle
import Testing

@Suite struct CrossingTests {
  private func all(_ space: Space) -> [Crossing] {
    space.timeline.crossings(policy: space.policy, zone: helsinki, after: .distantPast, through: .distantFuture)
  }

  /// Sealing and archiving coincide and are one crossing; each notice is due at the start of a local day.
  @Test func aLifeLeftAloneCrossesInOrder() {
    let space = Space(openedAt: start("2026-03-01") + .seconds(40_000))
    #expect(
      all(space).map(\.dated) == [
        "2026-05-19 notice closingSoon", "2026-06-02 active>reactivatable", "2026-06-02 notice closed",
        "2026-08-19 notice archivingSoon", "2026-09-02 reactivatable>archived", "2026-09-02 notice archived",
        "2027-08-03 notice erasureInAMonth", "2027-08-26 notice erasureInAWeek", "2027-09-02 archived>erased",
        "2027-09-02 notice erased",
      ])
    #expect(all(space).allSatisfy { $0.effectiveAt == helsinki.startOfDay(helsinki.date(of: $0.effectiveAt)) })
  }

  @Test func theIntervalIsOpenAtItsBeginning() {
    let space = Space(openedAt: start("2026-03-01"))
    func count(_ after: Instant, _ through: Instant) -> Int {
      space.timeline.crossings(policy: guidance, zone: helsinki, after: after, through: through).count
    }
    let closes = space.timeline.closesAt
    #expect(count(closes - .microseconds(1), closes) == 2 && count(closes, closes) == 0)
    #expect(count(closes - .microseconds(2), closes - .microseconds(1)) == 0 && count(closes, .distantPast) == 0)
  }

  @Test func saysWhatIsDueNext() {
    let space = Space(openedAt: start("2026-03-01"))
    var now = start("2026-03-01")
    var seen: [Instant] = []
    while let next = space.timeline.nextDue(policy: guidance, zone: helsinki, after: now) {
      seen.append(next)
      now = next
    }
    #expect(seen == Array(Set(all(space).map(\.effectiveAt))).sorted() && seen.last == space.timeline.erasesAt)
  }

  @Test func aRestrictionHasNoErasureToAnnounce() throws {
    var space = Space(openedAt: start("2026-03-01"))
    try space.record(.restricted, at: start("2026-04-01"))
    #expect(all(space).last?.words == "notice archived")
    #expect(space.timeline.nextDue(policy: guidance, zone: helsinki, after: start("2026-09-02")) == nil)
  }

  /// A warning whose day went by before its boundary came near is not given afterwards.
  @Test func aWarningThatWouldBeLateIsNotPlanned() throws {
    var space = Space(openedAt: start("2026-03-01"))
    try space.record(.holdPlaced(lastDay: day("2028-03-01"), reason: "legalClaim"), at: start("2027-07-01"))
    let released = start("2027-12-01")
    try space.record(.holdReleased, at: released)
    let due = space.timeline.crossings(policy: guidance, zone: helsinki, after: released, through: .distantFuture)
    #expect(
      due.map(\.dated) == [
        "2027-12-09 notice erasureInAWeek", "2027-12-16 archived>erased", "2027-12-16 notice erased",
      ])
  }

  /// Everything at one instant: the crossing first, then notices by boundary and in the policy's order.
  @Test func equalInstantsHaveAnOrder() {
    let dense = policy { terms in
      terms.stages = Stages("P14D P14D P14D P14D")
      terms.notices =
        [(Boundary.erasing, 14), (.archiving, 0), (.sealing, 0), (.archiving, 14), (.closing, 0)].enumerated().map {
          NoticeRule(
            code: "n\($0.offset)", boundary: $0.element.0, daysBefore: $0.element.1, recipients: [.customer])
        }
    }
    let space = Space(openedAt: start("2026-01-01"), policy: dense)
    #expect(
      all(space).map(\.dated) == [
        "2026-01-16 active>reactivatable", "2026-01-16 notice n4", "2026-01-30 reactivatable>closed",
        "2026-01-30 notice n2", "2026-01-30 notice n3", "2026-02-13 closed>archived", "2026-02-13 notice n1",
        "2026-02-13 notice n0", "2026-02-27 archived>erased",
      ])
  }

  @Test func aPlannedNoticeIsSentWithdrawnOrMoved() throws {
    var space = Space(openedAt: start("2026-03-01"))
    let (soon, closed) = (guidance.notices[0], guidance.notices[1])
    let closes = space.timeline.closesAt
    #expect(space.timeline.verdict(on: soon, boundaryAt: closes, at: closes - .microseconds(1)) == .send)
    #expect(space.timeline.verdict(on: soon, boundaryAt: closes, at: closes) == .withdrawPassed)
    #expect(space.timeline.verdict(on: closed, boundaryAt: closes, at: closes) == .send)
    #expect(space.timeline.verdict(on: closed, boundaryAt: closes, at: start("2026-09-02")) == .withdrawPassed)
    try space.record(.customerAuthenticated(authTime: start("2026-05-20")), at: start("2026-05-20"))
    let moved = space.timeline.verdict(on: soon, boundaryAt: closes, at: start("2026-05-21"))
    #expect(moved == .withdrawMoved(to: start("2026-08-21")))
  }
}
