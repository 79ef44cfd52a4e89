/// What a change of policy leaves standing: the ends of stages that were promised before it.
public struct Promise: Hashable, Sendable {
  /// The end of one stage as it was promised.
  public struct End: Hashable, Sendable {
    /// The stage's last day. Without `passedAt`: the stage ends no sooner than with it.
    public var lastDay: CivilDate
    /// When the stage had ended already by the time of the change; there its end stays.
    public var passedAt: Instant?

    /// A promised end; `passedAt` when it was past.
    public init(lastDay: CivilDate, passedAt: Instant?) {
      self.lastDay = lastDay
      self.passedAt = passedAt
    }
  }

  /// Of `active`; nil once a reactivation made it void.
  public var active: End?
  /// Of `reactivatable`.
  public var reactivatable: End
  /// Of `closed`.
  public var sealed: End
  /// The last day before which nothing is erased.
  public var archived: CivilDate

  /// The ends promised when a policy changed.
  public init(active: End?, reactivatable: End, sealed: End, archived: CivilDate) {
    self.active = active
    self.reactivatable = reactivatable
    self.sealed = sealed
    self.archived = archived
  }
}
