package import Lifecycle

/// A policy as a data protection officer reads it: every rule with the text that it rests on.
package struct PolicySheet {
  private let policy: Policy

  /// A sheet of one version.
  package init(_ policy: Policy) {
    self.policy = policy
  }

  /// The sheet, line by line.
  package var lines: [String] {
    [
      "\(policy.title): \(policy.register), version \(policy.version)", policy.source,
      "Days are counted in \(policy.zoneName).",
    ]
      + section("Stages", stages) + section("Notices", notices) + section("Holds", holds)
      + section("Reasons for closing and early archiving", policy.reasons)
      + section(
        "Otherwise",
        [
          "erasure no sooner than \(policy.releaseGrace) after a hold is released or a restriction lifted",
          "an authentication may be \(policy.authenticationLeeway.components.seconds) s ahead of the service's clock",
        ])
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    ["", title] + (lines.isEmpty ? ["  none"] : lines.map { "  \($0)" })
  }

  private var stages: [String] {
    var table = Table()
    for boundary in Boundary.allCases {
      let rule = policy.stages.before(boundary)
      table.row(boundary.stageName, rule.period.description, rule.source)
    }
    return table.lines
  }

  private var notices: [String] {
    var table = Table()
    for notice in policy.notices { table.row(notice.code, notice.moment, "to \(notice.addressees)") }
    return table.lines
  }

  private var holds: [String] {
    var table = Table()
    for hold in policy.holds { table.row(hold.reason, hold.bounds, hold.source) }
    return table.lines
  }
}

extension Boundary {
  /// The stage that ends here, as policy files name it.
  var stageName: String {
    switch self {
    case .closing: "inactivity"
    case .sealing: "reactivation"
    case .archiving: "sealed"
    case .erasing: "archive"
    }
  }
}

extension NoticeRule {
  var moment: String { daysBefore == 0 ? "at \(boundary.rawValue)" : "\(daysBefore) days before \(boundary.rawValue)" }

  var addressees: String { recipients.map(\.rawValue).joined(separator: " and ") }
}

extension HoldRule {
  var bounds: String { "at most \(cap) beyond the retention\(needsSecondApproval ? ", two must agree" : "")" }
}
