import Lifecycle
import TestSupport

/// A space that meets random facts at random moments, boundaries' own instants and neighbours among them.
struct RandomWalk {
  private(set) var space: Space
  private(set) var now: Instant
  var random: SplitMix64

  init(random: SplitMix64) {
    var random = random
    let day = Int.random(in: 18_000...30_000, using: &random)
    let openedAt =
      helsinki.startOfDay(CivilDate(daysSince1970: day)) + .seconds(Int.random(in: 0..<86_000, using: &random))
    space = Space(openedAt: openedAt, policy: Self.policy(version: 1, &random))
    now = openedAt
    self.random = random
  }

  /// Moves on and tries one fact; says what was tried, and what came of it.
  @discardableResult
  mutating func step(
    without kinds: Set<FactKind> = []
  ) -> (fact: Fact, result: Result<Recorded, LifecycleRefusal>) {
    now = nextMoment()
    var fact = randomFact()
    while kinds.contains(fact.kind) { fact = randomFact() }
    do throws(LifecycleRefusal) {
      return (fact, .success(try space.record(fact, at: now)))
    } catch {
      return (fact, .failure(error))
    }
  }

  private mutating func nextMoment() -> Instant {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return now
    case 1...3:
      let boundaries = Boundary.allCases.map { space.timeline.instant(of: $0) }.filter { $0 > now && $0.isFinite }
      guard let next = boundaries.randomElement(using: &random) else { return now + .seconds(1) }
      return max(now, next + .microseconds(Int.random(in: -1...1, using: &random)))
    case 4: return helsinki.startOfDay(helsinki.date(of: now).adding(days: 1))
    case 5...8: return now + .seconds(Int.random(in: 0...12 * 86_400, using: &random))
    default: return now + .seconds(Int.random(in: 0...90 * 86_400, using: &random))
    }
  }

  private mutating func randomFact() -> Fact {
    let today = helsinki.date(of: now)
    // Mostly what may be taken here, or walks would consist of refusals.
    let state = space.state(at: now)
    let kinds = random.chance(80) ? FactKind.allCases.filter { $0.allowedIn.contains(state) } : FactKind.allCases
    switch kinds.randomElement(using: &random) ?? .opened {
    case .opened, .customerAuthenticated:
      return .customerAuthenticated(authTime: now - .seconds(Int.random(in: -70...3 * 86_400, using: &random)))
    case .closed: return .closed(by: .counsellor, reason: "other")
    case .reactivated: return .reactivated
    case .archivedEarly: return random.chance(30) ? .archivedEarly(reason: "other") : .reactivated
    case .holdPlaced:
      let days = Int.random(in: 0...900, using: &random)
      return .holdPlaced(lastDay: today.adding(days: days), reason: "legalClaim")
    case .holdReleased: return .holdReleased
    case .restricted: return .restricted
    case .unrestricted: return .unrestricted
    case .erasureDecided: return random.chance(10) ? .erasureDecided : .unrestricted
    case .policyChanged:
      let next = Self.policy(version: space.policy.version + 1, &random)
      return .policyChanged(to: next, lengtheningApproved: random.chance(85))
    }
  }

  /// Guidance spaces mostly; otherwise any lengths, with the notices that fit them.
  private static func policy(version: Int, _ random: inout SplitMix64) -> Policy {
    guard random.chance(40) else { return LifecycleTests.policy(version: version) }
    let lengths = ["P0D", "P0D", "P1D", "P14D", "P40D", "P1M", "P3M", "P180D", "P12M", "P1M15D"]
    let stages = Stages((0..<4).map { _ in lengths.randomElement(using: &random) ?? "P1D" }.joined(separator: " "))
    var terms = guidanceTerms(version: version)
    terms.stages = stages
    terms.releaseGrace = period(["P0D", "P14D", "P1M"].randomElement(using: &random) ?? "P0D")
    var fewest = 0
    var room: [Boundary: Int] = [:]
    for boundary in Boundary.allCases {
      fewest += stages.before(boundary).period.fewestDays
      room[boundary] = fewest
    }
    terms.notices = terms.notices.filter { $0.daysBefore <= room[$0.boundary, default: 0] }
    // A life without any length is no policy; then the guidance spaces' will do.
    return (try? Policy(terms)) ?? LifecycleTests.policy(version: version)
  }
}
