import Lifecycle
import Yams

extension PolicyNode {
  /// The policy of a whole file.
  func policy() throws(PolicyFileError) -> Policy {
    let terms = try terms()
    do { return try Policy(terms) } catch { throw failure(error) }
  }

  private func terms() throws(PolicyFileError) -> PolicyTerms {
    let keys = try mapping(
      [
        "register", "version", "title", "source", "zone", "stages", "notices", "holds", "reasons", "releaseGrace",
        "authenticationLeeway",
      ], optional: ["journal", "accessLog", "accessReview"])
    // `mapping` has seen to it that every key is there.
    func value(_ key: String) -> PolicyNode { keys[key] ?? self }
    return PolicyTerms(
      register: try value("register").text(),
      version: try value("version").integer(),
      title: try value("title").text(),
      source: try value("source").text(),
      zoneName: try value("zone").text(),
      stages: try value("stages").stages(),
      notices: try value("notices").items { (node) throws(PolicyFileError) in try node.notice() },
      holds: try value("holds").items { (node) throws(PolicyFileError) in try node.hold() },
      reasons: try value("reasons").items { (node) throws(PolicyFileError) in try node.text() },
      releaseGrace: try value("releaseGrace").period(),
      authenticationLeeway: try value("authenticationLeeway").time(),
      logs: try Self.logs(journal: keys["journal"], accessLog: keys["accessLog"]),
      accessReview: try keys["accessReview"]?.accessReview())
  }

  private static func logs(journal: PolicyNode?, accessLog: PolicyNode?) throws(PolicyFileError) -> LogRules {
    var rules = LogRules.standard
    if let journal { rules.journal = try journal.kept(journal.mapping(["kept", "source"])) }
    if let accessLog {
      let keys = try accessLog.mapping(["kept", "shownToCustomer", "source"])
      rules.accessLog = try accessLog.kept(keys)
      rules.accessLogIsShownToCustomer = try (keys["shownToCustomer"] ?? accessLog).truth()
    }
    return rules
  }

  private func accessReview() throws(PolicyFileError) -> AccessReview {
    let keys = try mapping(["interval", "grace", "source"], optional: ["commitment"])
    return AccessReview(
      interval: try (keys["interval"] ?? self).period(), grace: try (keys["grace"] ?? self).period(),
      commitment: try keys["commitment"]?.period(), source: try (keys["source"] ?? self).text())
  }

  private func kept(_ keys: [String: PolicyNode]) throws(PolicyFileError) -> StageRule {
    StageRule(period: try (keys["kept"] ?? self).period(), source: try (keys["source"] ?? self).text())
  }

  private func items<Item>(
    _ read: (PolicyNode) throws(PolicyFileError) -> Item
  ) throws(PolicyFileError) -> [Item] {
    var items: [Item] = []
    for node in try list() { items.append(try read(node)) }
    return items
  }

  private func stages() throws(PolicyFileError) -> Stages {
    let keys = try mapping(["inactivity", "reactivation", "sealed", "archive"])
    func stage(_ key: String) throws(PolicyFileError) -> StageRule { try (keys[key] ?? self).stage() }
    return Stages(
      inactivity: try stage("inactivity"), reactivation: try stage("reactivation"), sealed: try stage("sealed"),
      archive: try stage("archive"))
  }

  private func stage() throws(PolicyFileError) -> StageRule {
    let keys = try mapping(["period", "source"])
    return StageRule(period: try (keys["period"] ?? self).period(), source: try (keys["source"] ?? self).text())
  }

  private func notice() throws(PolicyFileError) -> NoticeRule {
    let keys = try mapping(["code", "boundary", "to"], optional: ["before"])
    return NoticeRule(
      code: try (keys["code"] ?? self).text(),
      boundary: try (keys["boundary"] ?? self).code(Boundary.self),
      daysBefore: try keys["before"]?.days() ?? 0,
      recipients: try (keys["to"] ?? self).items { (node) throws(PolicyFileError) in
        try node.code(NoticeRule.Recipient.self)
      })
  }

  private func hold() throws(PolicyFileError) -> HoldRule {
    let keys = try mapping(["reason", "cap", "secondApproval", "source"])
    return HoldRule(
      reason: try (keys["reason"] ?? self).text(),
      cap: try (keys["cap"] ?? self).period(),
      needsSecondApproval: try (keys["secondApproval"] ?? self).truth(),
      source: try (keys["source"] ?? self).text())
  }
}
