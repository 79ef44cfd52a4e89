public import Lifecycle

/// What a change of policy would do to the spaces as they are now. Counts only.
public struct PolicyPreview: Sendable, Equatable {
  /// How far one boundary moves, over all spaces whose boundary moves.
  public struct Moves: Sendable, Equatable {
    /// Spaces by days moved; negative is sooner.
    public private(set) var byDays: [Int: Int] = [:]

    /// Spaces whose boundary comes sooner.
    public var sooner: Int { byDays.lazy.filter { $0.key < 0 }.reduce(0) { $0 + $1.value } }
    /// Spaces whose boundary comes later.
    public var later: Int { byDays.lazy.filter { $0.key > 0 }.reduce(0) { $0 + $1.value } }
    /// The move furthest to the past; nil when nothing moves. Negative is sooner.
    public var minDays: Int? { byDays.keys.min() }
    /// The move furthest to the future.
    public var maxDays: Int? { byDays.keys.max() }

    /// The middle one of all moves in order, of two the lower.
    public var medianDays: Int? {
      var left = (byDays.values.reduce(0, +) - 1) / 2
      for (days, spaces) in byDays.sorted(by: { $0.key < $1.key }) {
        if left < spaces { return days }
        left -= spaces
      }
      return nil
    }

    /// Spaces by how far the boundary moves, in steps of about a week, month, quarter, half-year, year and more; steps
    /// without a space are left out.
    public var histogram: [(days: ClosedRange<Int>, spaces: Int)] {
      let ends = [0, 7, 31, 92, 184, 366, 2 * 366, 5 * 366, 200 * 366]
      let later = zip(ends, ends.dropFirst()).map { ($0 + 1)...$1 }
      let sooner = later.reversed().map { (-$0.upperBound)...(-$0.lowerBound) }
      return (sooner + [0...0] + later).compactMap { days in
        let spaces = byDays.lazy.filter { days.contains($0.key) }.reduce(0) { $0 + $1.value }
        return spaces == 0 ? nil : (days, spaces)
      }
    }

    mutating func count(_ days: Int) { byDays[days, default: 0] += 1 }
  }

  /// Spaces by the version that governs them now.
  public internal(set) var governed: [Int: Int] = [:]
  /// By boundary; one that moves in no space is left out.
  public internal(set) var moves: [Boundary: Moves] = [:]
  /// Spaces that come under the new version with every boundary where it was.
  public internal(set) var unchanged = 0
  /// Spaces with a boundary that comes sooner and none that comes later.
  public internal(set) var shortened = 0
  /// Spaces with a boundary that comes later: they need a data protection officer's approval.
  public internal(set) var lengthened = 0
  /// Spaces that would cross a boundary at once. The rule allows none (lifecycle.md, policyChanged).
  public internal(set) var dueAtOnce = 0
  /// Of these, spaces that would be erased at once.
  public internal(set) var erasedAtOnce = 0
  /// Spaces that stay as they are, by why.
  public internal(set) var refused: [PolicyObstacle: Int] = [:]

  /// A preview of nothing.
  public init() {}

  mutating func count(_ space: Space, _ outcome: PolicyOutcome, at now: Instant) {
    switch outcome {
    case .over: break
    case .refused(let obstacle):
      governed[space.policyVersion, default: 0] += 1
      refused[obstacle, default: 0] += 1
    case .governed(let recorded, let lengthens):
      governed[space.policyVersion, default: 0] += 1
      count(from: space.timeline, to: recorded.timeline, lengthens: lengthens, at: now)
    }
  }

  private mutating func count(from old: Timeline, to new: Timeline, lengthens: Bool, at now: Instant) {
    let moved = Boundary.allCases.filter { old.instant(of: $0) != new.instant(of: $0) }
    for boundary in moved {
      guard let before = old.lastDays[boundary], let after = new.lastDays[boundary] else { continue }
      moves[boundary, default: Moves()].count(after.daysSince1970 - before.daysSince1970)
    }
    // Lengthening that a restriction hides for now is lengthening all the same.
    if lengthens { lengthened += 1 } else if moved.isEmpty { unchanged += 1 } else { shortened += 1 }
    guard old.state(at: now) != new.state(at: now) else { return }
    dueAtOnce += 1
    if new.state(at: now) == .erased { erasedAtOnce += 1 }
  }
}

extension LastDays {
  /// The last day before a boundary; nil while a restriction suspends it.
  subscript(_ boundary: Boundary) -> CivilDate? {
    switch boundary {
    case .closing: active
    case .sealing: reactivatable
    case .archiving: sealed
    case .erasing: archived
    }
  }
}
