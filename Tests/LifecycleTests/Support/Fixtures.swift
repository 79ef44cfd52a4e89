import Foundation
import Lifecycle
import Testing

/// The system's Europe/Helsinki.
let helsinki = zone("Europe/Helsinki")

/// A zone of the system's tzdata.
func zone(_ name: String) -> CivilZone {
  do {
    let bytes = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)"))
    return try CivilZone(name: name, tzif: Array(bytes))
  } catch {
    fatalError("\(name): \(error)")
  }
}

func instant(_ text: String) -> Instant { Instant(text) ?? .distantPast }
func day(_ text: String) -> CivilDate { CivilDate(text) ?? .min }
func period(_ text: String) -> Period { Period(text) ?? .zero }

/// The terms of Policies/ohjaustila.yaml; the loader's own tests compare the two.
func guidanceTerms(version: Int = 1) -> PolicyTerms {
  func stage(_ text: String) -> StageRule { StageRule(period: period(text), source: "seed 002 §6: \(text)") }
  func notice(_ code: String, _ boundary: Boundary, _ days: Int) -> NoticeRule {
    NoticeRule(code: code, boundary: boundary, daysBefore: days, recipients: [.customer])
  }
  return PolicyTerms(
    register: "ohjaustila", version: version, title: "Ohjaustilat", source: "seed 002 §6", zoneName: "Europe/Helsinki",
    stages: Stages(
      inactivity: stage("P3M"), reactivation: stage("P3M"), sealed: stage("P0D"), archive: stage("P12M")),
    notices: [
      notice("closingSoon", .closing, 14), notice("closed", .closing, 0), notice("archivingSoon", .archiving, 14),
      notice("archived", .archiving, 0), notice("erasureInAMonth", .erasing, 30), notice("erasureInAWeek", .erasing, 7),
      notice("erased", .erasing, 0),
    ],
    holds: [
      HoldRule(reason: "legalClaim", cap: period("P12M"), needsSecondApproval: true, source: "GDPR 17(3)e"),
      HoldRule(reason: "supervisoryOrder", cap: period("P12M"), needsSecondApproval: true, source: "GDPR 58"),
    ],
    reasons: ["guidanceEnded", "counsellorUnavailable", "customerRequest", "other"],
    releaseGrace: period("P14D"), authenticationLeeway: .seconds(60))
}

func policy(_ terms: PolicyTerms) -> Policy {
  do { return try Policy(terms) } catch { fatalError("\(error)") }
}

/// The guidance spaces' policy with some of its terms changed.
func policy(version: Int = 1, _ change: (inout PolicyTerms) -> Void = { _ in }) -> Policy {
  var terms = guidanceTerms(version: version)
  change(&terms)
  return policy(terms)
}

extension Stages {
  /// Four lengths in order, such as `"P3M P3M P0D P12M"`.
  init(_ text: String) {
    let rules = text.split(separator: " ").map { StageRule(period: period(String($0)), source: "test \($0)") }
    self.init(inactivity: rules[0], reactivation: rules[1], sealed: rules[2], archive: rules[3])
  }
}

let guidance = policy()

/// The start of a local day in Helsinki.
func start(_ text: String) -> Instant { helsinki.startOfDay(day(text)) }
