/// The last local day of each stage; a stage of zero length has the one of the stage before.
///
/// Stored beside the instants: when a government changes the zone's rules, the instants are computed again from these.
public struct LastDays: Hashable, Sendable {
  /// Of `active`.
  public var active: CivilDate
  /// Of `reactivatable`.
  public var reactivatable: CivilDate
  /// Of `closed`.
  public var sealed: CivilDate
  /// Of `archived`; nil exactly while a restriction suspends erasure.
  public var archived: CivilDate?

  /// The last days of the four stages.
  public init(active: CivilDate, reactivatable: CivilDate, sealed: CivilDate, archived: CivilDate?) {
    self.active = active
    self.reactivatable = reactivatable
    self.sealed = sealed
    self.archived = archived
  }
}
