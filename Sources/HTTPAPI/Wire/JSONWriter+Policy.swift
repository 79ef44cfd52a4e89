import Lifecycle

extension JSONWriter {
  /// A policy as a whole.
  mutating func write(_ policy: Policy) {
    object { json in
      json.headline(policy)
      json.member("zone", policy.zoneName)
      json.object("stages") { json in
        json.rule("inactivity", policy.stages.inactivity)
        json.rule("reactivation", policy.stages.reactivation)
        json.rule("sealed", policy.stages.sealed)
        json.rule("archive", policy.stages.archive)
      }
      json.array("notices") { json in for notice in policy.notices { json.write(notice) } }
      json.array("holds") { json in for hold in policy.holds { json.write(hold) } }
      json.member("reasons", policy.reasons)
      json.member("releaseGrace", policy.releaseGrace.description)
      json.member("authenticationLeewaySeconds", policy.authenticationLeeway.components.seconds)
      json.object("journal") { json in
        json.member("kept", policy.logs.journal.period.description)
        json.member("source", policy.logs.journal.source)
      }
      json.object("accessLog") { json in
        json.member("kept", policy.logs.accessLog.period.description)
        json.member("shownToCustomer", policy.logs.accessLogIsShownToCustomer)
        json.member("source", policy.logs.accessLog.source)
      }
      if let review = policy.accessReview { json.write(review) }
    }
  }

  private mutating func write(_ review: AccessReview) {
    object("accessReview") { json in
      json.member("interval", review.interval.description)
      json.member("grace", review.grace.description)
      json.optional("commitment", review.commitment?.description)
      json.member("source", review.source)
    }
  }

  /// A policy in a list.
  mutating func summary(_ policy: Policy) {
    object { json in json.headline(policy) }
  }

  private mutating func headline(_ policy: Policy) {
    member("register", policy.register)
    member("version", policy.version)
    member("title", policy.title)
    member("source", policy.source)
  }

  private mutating func rule(_ name: String, _ rule: StageRule) {
    object(name) { json in
      json.member("period", rule.period.description)
      json.member("source", rule.source)
    }
  }

  private mutating func write(_ notice: NoticeRule) {
    object { json in
      json.member("code", notice.code)
      json.member("boundary", notice.boundary.rawValue)
      json.member("daysBefore", notice.daysBefore)
      json.member("to", notice.recipients.map(\.rawValue))
    }
  }

  private mutating func write(_ hold: HoldRule) {
    object { json in
      json.member("reason", hold.reason)
      json.member("cap", hold.cap.description)
      json.member("secondApproval", hold.needsSecondApproval)
      json.member("source", hold.source)
    }
  }
}
