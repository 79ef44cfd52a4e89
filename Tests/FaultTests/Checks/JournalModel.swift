import Foundation
import Guidance
import Lifecycle

/// A second opinion on a space's life, from its journal alone: which boundary is crossed when, and which notice is due.
///
/// It knows the rule of the privacy notice (3 + 3 + 12 months) and the policy's notices, and nothing of the service's own
/// reckoning. Following an entry fails where the service would have crossed a boundary twice, late, early or not at all.
struct JournalModel {
  struct Entry: Sendable {
    let sequence: Int
    let kind: String
    let effectiveAt: Instant
    let recordedAt: Instant
    let details: Details
  }

  struct Details: Decodable, Sendable {
    var from, to, authenticatedOn: String?
  }

  struct Notice: Hashable, Sendable, CustomStringConvertible {
    let code: String
    let effectiveAt: Instant
    let boundaryAt: Instant
    var description: String { "\(code) of \(effectiveAt) about \(boundaryAt)" }
  }

  struct Mismatch: Error, CustomStringConvertible {
    let description: String
  }

  private let zone: CivilZone
  private let rules: [NoticeRule]
  private(set) var state = State.active
  private(set) var closes = Instant.distantFuture
  private(set) var archives = Instant.distantFuture
  private(set) var erases = Instant.distantFuture
  /// Everything planned so far, in order.
  private(set) var notices: [Notice] = []
  private var anchor = CivilDate.min
  private var plannedThrough = Instant.distantPast

  init(zone: CivilZone, rules: [NoticeRule]) {
    self.zone = zone
    self.rules = rules
  }

  mutating func follow(_ entry: Entry) throws(Mismatch) {
    if entry.kind != "crossed" { try expectNothingOverdue(at: entry.recordedAt, "entry \(entry.sequence)") }
    switch entry.kind {
    case "opened":
      plannedThrough = entry.recordedAt
      reckon(from: zone.date(of: entry.effectiveAt))
    case "crossed": try cross(entry)
    case "customerAuthenticated": try authenticate(entry)
    case "closed": try close(entry)
    case "reactivated": try reactivate(entry)
    case "messagePosted", "filePosted": try expect([.active, .reactivatable], entry)
    case "participantInvited": break
    case "destroyed":
      try expect([.erased], entry)
      guard entry.effectiveAt == erases else { throw mismatch(entry, "erasure was due at \(erases)") }
    default: throw mismatch(entry, "nobody here does that")
    }
  }

  /// What remains to be said at the end.
  mutating func end(at now: Instant) throws(Mismatch) {
    try expectNothingOverdue(at: now, "the end")
    plan(through: now)
  }

  // MARK: - Facts

  private mutating func authenticate(_ entry: Entry) throws(Mismatch) {
    guard let day = entry.details.authenticatedOn.flatMap(CivilDate.init) else {
      throw mismatch(entry, "has no day")
    }
    guard state == .active, day > anchor else { return }
    plan(through: entry.recordedAt)
    reckon(from: day)
  }

  private mutating func close(_ entry: Entry) throws(Mismatch) {
    try expect([.active], entry)
    plan(through: entry.recordedAt)
    let window = deadline(zone.date(of: entry.effectiveAt), months: 3)
    (closes, archives) = (entry.effectiveAt, window.boundary)
    erases = deadline(window.lastDay, months: 12).boundary
    // The closing's own notice is due at this very instant.
    plannedThrough = entry.recordedAt - .microseconds(1)
  }

  private mutating func reactivate(_ entry: Entry) throws(Mismatch) {
    try expect([.reactivatable], entry)
    plan(through: entry.recordedAt)
    state = .active
    reckon(from: zone.date(of: entry.effectiveAt))
  }

  private mutating func reckon(from day: CivilDate) {
    anchor = day
    let activity = deadline(day, months: 3)
    let window = deadline(activity.lastDay, months: 3)
    (closes, archives) = (activity.boundary, window.boundary)
    erases = deadline(window.lastDay, months: 12).boundary
  }

  private func deadline(_ day: CivilDate, months: Int) -> Deadline {
    zone.deadline(from: day, period: Period(months: months) ?? .zero)
  }

  // MARK: - Crossings

  private var next: (at: Instant, to: State)? {
    switch state {
    case .active: (closes, .reactivatable)
    case .reactivatable: (archives, .archived)
    case .archived, .closed: (erases, .erased)
    case .erased: nil
    }
  }

  private mutating func cross(_ entry: Entry) throws(Mismatch) {
    guard let next, entry.details.from == state.rawValue, entry.details.to == next.to.rawValue else {
      throw mismatch(entry, "from \(entry.details.from ?? "-") to \(entry.details.to ?? "-") while \(state)")
    }
    guard entry.effectiveAt == next.at else { throw mismatch(entry, "the boundary is at \(next.at)") }
    guard entry.recordedAt >= next.at else { throw mismatch(entry, "too early") }
    state = next.to
  }

  private func expectNothingOverdue(at instant: Instant, _ place: String) throws(Mismatch) {
    guard let next, next.at <= instant else { return }
    throw Mismatch(description: "\(place) at \(instant): \(next.to) was due at \(next.at) and is not journaled")
  }

  private func expect(_ states: [State], _ entry: Entry) throws(Mismatch) {
    guard states.contains(state) else { throw mismatch(entry, "while \(state)") }
  }

  private func mismatch(_ entry: Entry, _ what: String) -> Mismatch {
    Mismatch(
      description:
        "entry \(entry.sequence), \(entry.kind) of \(entry.effectiveAt), recorded \(entry.recordedAt): \(what)")
  }

  // MARK: - Notices

  private mutating func plan(through instant: Instant) {
    guard instant > plannedThrough else { return }
    for rule in rules {
      let boundary = self.boundary(rule.boundary)
      let due =
        rule.daysBefore == 0 ? boundary : zone.startOfDay(zone.date(of: boundary).adding(days: -rule.daysBefore))
      guard due > plannedThrough, due <= instant else { continue }
      notices.append(Notice(code: rule.code, effectiveAt: due, boundaryAt: boundary))
    }
    plannedThrough = instant
  }

  private func boundary(_ boundary: Boundary) -> Instant {
    switch boundary {
    case .closing: closes
    case .sealing, .archiving: archives
    case .erasing: erases
    }
  }
}
