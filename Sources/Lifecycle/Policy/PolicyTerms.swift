/// What a policy says, before anyone has checked it; `Policy` is made of it.
public struct PolicyTerms: Hashable, Sendable {
  /// The register's code, such as `ohjaustila`; policies of one register replace one another.
  public var register: String
  /// 1 and up; a later policy of the register has a higher one.
  public var version: Int
  /// The register's name for people.
  public var title: String
  /// The text the policy implements and where it stands.
  public var source: String
  /// The zone whose days are counted, such as `Europe/Helsinki`.
  public var zoneName: String
  /// How long each stage lasts.
  public var stages: Stages
  /// Who is told what and when, in the order of planning.
  public var notices: [NoticeRule]
  /// Grounds for putting erasure off.
  public var holds: [HoldRule]
  /// Codes for closing and early archiving.
  public var reasons: [String]
  /// After a hold is released or a restriction lifted, erasure comes no sooner than this.
  public var releaseGrace: Period
  /// How far a token's `auth_time` may be ahead of now.
  public var authenticationLeeway: Duration
  /// How long the journal and the access log are kept.
  public var logs: LogRules
  /// When rights of staff end that nobody uses; nil: never by themselves.
  public var accessReview: AccessReview?

  /// All terms, none checked.
  public init(
    register: String, version: Int, title: String, source: String, zoneName: String, stages: Stages,
    notices: [NoticeRule], holds: [HoldRule], reasons: [String], releaseGrace: Period, authenticationLeeway: Duration,
    logs: LogRules = .standard, accessReview: AccessReview? = nil
  ) {
    self.register = register
    self.version = version
    self.title = title
    self.source = source
    self.zoneName = zoneName
    self.stages = stages
    self.notices = notices
    self.holds = holds
    self.reasons = reasons
    self.releaseGrace = releaseGrace
    self.authenticationLeeway = authenticationLeeway
    self.logs = logs
    self.accessReview = accessReview
  }
}
