import Lifecycle
import Testing

/// The dates that domain.md and the design name, and others counted by hand.
@Suite struct DomainDatesTests {
  /// Opening → last days and erasure under P3M, P3M, P0D, P12M.
  @Test(arguments: [
    ("2026-03-01", "2026-06-01", "2026-09-01", "2027-09-01"),
    ("2025-11-30", "2026-02-28", "2026-05-28", "2027-05-28"),
    ("2027-11-30", "2028-02-29", "2028-05-29", "2029-05-29"),
    ("2026-05-31", "2026-08-31", "2026-11-30", "2027-11-30"),
    ("2023-08-29", "2023-11-29", "2024-02-29", "2025-02-28"),
    ("2026-12-31", "2027-03-31", "2027-06-30", "2028-06-30"),
  ])
  func countsLastDays(_ opened: String, _ active: String, _ reactivatable: String, _ archived: String) {
    for second in [0, 43_200, 86_399] {
      let life = Life.opening(at: start(opened) + .seconds(second), policy: guidance, zone: helsinki)
      let days = life.timeline.lastDays
      #expect(days.active == day(active) && days.reactivatable == day(reactivatable))
      #expect(days.sealed == day(reactivatable) && days.archived == day(archived))
      #expect(life.timeline.closesAt == helsinki.endOfDay(day(active)))
      #expect(life.timeline.sealsAt == helsinki.endOfDay(day(reactivatable)))
      #expect(life.timeline.archivesAt == life.timeline.sealsAt)
      #expect(life.timeline.erasesAt == helsinki.endOfDay(day(archived)))
      #expect(life.timeline.baseErasesAt == life.timeline.erasesAt)
    }
  }

  /// The design's example to the instant, in summer time.
  @Test func countsTheDesignsExample() {
    let timeline = Life.opening(at: instant("2026-03-01T09:00:00Z"), policy: guidance, zone: helsinki).timeline
    #expect(timeline.closesAt == instant("2026-06-01T21:00:00Z"))
    #expect(timeline.sealsAt == instant("2026-09-01T21:00:00Z"))
    #expect(timeline.erasesAt == instant("2027-09-01T21:00:00Z"))
  }

  /// What is late evening in UTC is the next day in Helsinki, by one hour more in summer.
  @Test(arguments: [
    ("2026-01-31T21:59:59Z", "2026-04-30"), ("2026-01-31T22:00:00Z", "2026-05-01"),
    ("2026-07-15T20:59:59.999999Z", "2026-10-15"), ("2026-07-15T21:00:00Z", "2026-10-16"),
    ("2026-03-28T21:59:59Z", "2026-06-28"), ("2026-03-28T22:00:00Z", "2026-06-29"),
    ("2026-10-24T20:59:59Z", "2027-01-24"), ("2026-10-24T21:00:00Z", "2027-01-25"),
  ])
  func countsFromTheLocalDate(_ opened: String, _ lastDay: String) {
    let life = Life.opening(at: instant(opened), policy: guidance, zone: helsinki)
    #expect(life.timeline.lastDays.active == day(lastDay))
  }

  /// 180 days: the day of the event is not counted, the last day is whole (domain.md).
  @Test func countsDays() {
    let requests = policy { terms in
      terms.stages = Stages("P180D P0D P0D P0D")
      terms.notices = []
    }
    let life = Life.opening(at: start("2026-01-01") + .seconds(5), policy: requests, zone: helsinki)
    #expect(life.timeline.lastDays.archived == day("2026-06-30"))
    #expect(life.timeline.erasesAt == instant("2026-06-30T21:00:00Z"))
    #expect(life.timeline.state(at: instant("2026-06-30T20:59:59.999999Z")) == .active)
    #expect(life.timeline.state(at: instant("2026-06-30T21:00:00Z")) == .erased)
  }

  /// A call recording is closed from the moment it is made.
  @Test func closesRecordsAtOnce() {
    let calls = policy { terms in
      terms.stages = Stages("P0D P0D P6M P0D")
      terms.notices = []
    }
    let made = instant("2026-08-31T10:00:00Z")
    let timeline = Life.opening(at: made, policy: calls, zone: helsinki).timeline
    #expect(timeline.closesAt == made && timeline.sealsAt == made && timeline.state(at: made) == .closed)
    #expect(timeline.lastDays.sealed == day("2027-02-28") && timeline.state(at: start("2027-03-01")) == .erased)
  }

  @Test func deadlineSaysWhetherItWasClamped() {
    let clamped = helsinki.deadline(from: day("2026-08-31"), period: period("P6M"))
    #expect(clamped.clamped && clamped.lastDay == day("2027-02-28") && clamped.boundary == start("2027-03-01"))
    #expect(!helsinki.deadline(from: day("2026-08-28"), period: period("P6M")).clamped)
  }
}
