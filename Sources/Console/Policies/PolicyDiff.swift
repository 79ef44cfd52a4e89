package import Lifecycle

/// What one version of a policy changes over another, told by the life of a space that is opened on a day and never
/// entered again.
package struct PolicyDiff {
  private let old: Policy
  private let new: Policy
  private let before: Timeline
  private let after: Timeline
  private let day: CivilDate

  /// Compares two versions of one register.
  ///
  /// - Parameter moment: when the space is opened.
  package init(from old: Policy, to new: Policy, openedAt moment: Instant, zone: CivilZone) {
    self.old = old
    self.new = new
    before = Life.opening(at: moment, policy: old, zone: zone).timeline
    after = Life.opening(at: moment, policy: new, zone: zone).timeline
    day = zone.date(of: moment)
  }

  /// The comparison, line by line.
  package var lines: [String] {
    ["\(new.register): version \(old.version) → \(new.version), for a space opened on \(day)"]
      + section("Last days", deadlines)
      + section("Notices", changes(old.notices, new.notices, by: \.code) { "\($0.moment), to \($0.addressees)" })
      + section("Holds", changes(old.holds, new.holds, by: \.reason, \.bounds))
      + section("Reasons", changes(old.reasons, new.reasons, by: \.self) { _ in "" })
      + section("Otherwise", rest)
  }

  /// Whether the two versions treat every space alike; their texts and sources may differ.
  package var isEmpty: Bool { lines.count == 1 }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", title] + lines.map { "  \($0)" }
  }

  private var deadlines: [String] {
    var table = Table()
    let last = [
      ("active", before.lastDays.active, after.lastDays.active),
      ("reactivatable", before.lastDays.reactivatable, after.lastDays.reactivatable),
      ("closed", before.lastDays.sealed, after.lastDays.sealed),
      ("archived", before.lastDays.archived ?? .max, after.lastDays.archived ?? .max),
    ]
    guard last.contains(where: { $0.1 != $0.2 }) || old.stages.periods != new.stages.periods else { return [] }
    for ((state, old, new), boundary) in zip(last, Boundary.allCases) {
      let periods = (self.old.stages.before(boundary).period, self.new.stages.before(boundary).period)
      let rule = periods.0 == periods.1 ? "\(periods.0)" : "\(periods.0) → \(periods.1)"
      table.row(
        state, rule, "\(old) → \(new)", old == new ? "as before" : Self.days(new.daysSince1970 - old.daysSince1970))
    }
    return table.lines
  }

  private var rest: [String] {
    var lines: [String] = []
    if old.releaseGrace != new.releaseGrace { lines.append("releaseGrace: \(old.releaseGrace) → \(new.releaseGrace)") }
    if old.authenticationLeeway != new.authenticationLeeway {
      lines.append("authenticationLeeway: \(old.authenticationLeeway) → \(new.authenticationLeeway)")
    }
    if old.zoneName != new.zoneName { lines.append("zone: \(old.zoneName) → \(new.zoneName)") }
    return lines
  }

  /// Items by their code: what is new, gone, or otherwise.
  private func changes<Item>(
    _ old: [Item], _ new: [Item], by code: (Item) -> String, _ text: (Item) -> String
  ) -> [String] {
    let before = Dictionary(old.map { (code($0), text($0)) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new.map { (code($0), text($0)) }, uniquingKeysWith: { first, _ in first })
    return Set(before.keys).union(after.keys).sorted().compactMap { code in
      switch (before[code], after[code]) {
      case (let was?, let text?): was == text ? nil : "\(code): \(was) → \(text)"
      case (nil, let text?): Self.line("+ \(code)", text)
      case (_, nil): Self.line("- \(code)", before[code] ?? "")
      }
    }
  }

  private static func line(_ code: String, _ text: String) -> String { text.isEmpty ? code : "\(code): \(text)" }

  static func days(_ days: Int) -> String {
    "\(abs(days)) \(abs(days) == 1 ? "day" : "days") \(days < 0 ? "sooner" : "later")"
  }
}

extension Stages {
  fileprivate var periods: [Period] { Boundary.allCases.map { before($0).period } }
}
