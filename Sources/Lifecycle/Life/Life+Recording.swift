extension Life {
  /// A life that begins now.
  public static func opening(at now: Instant, policy: Policy, zone: CivilZone) -> Recorded {
    let life = Life(policyVersion: policy.version, openedAt: now)
    return Recorded(life: life, timeline: life.timeline(policy, zone), changed: true, effects: [])
  }

  /// Takes a fact at *now*, which the caller read after locking the space and which is no earlier than the space's
  /// last journal instant, having carried out every crossing up to now.
  ///
  /// - Throws: what stands against it, and since when.
  public func recording(
    _ fact: Fact, at now: Instant, policy: Policy, zone: CivilZone
  ) throws(LifecycleRefusal) -> Recorded {
    guard policy.version == policyVersion else {
      throw .policyMismatch(governing: policyVersion, given: policy.version)
    }
    let scene = Scene(life: self, reckoning: Reckoning(self, policy, zone), now: now, policy: policy, zone: zone)
    try scene.admit(fact.kind)
    let (life, governing) = try scene.after(fact)
    let timeline = life.timeline(governing, zone)
    let effects = timeline.effects(at: now, before: scene.timeline, policy: governing, zone: zone)
    return Recorded(life: life, timeline: timeline, changed: life != self, effects: effects)
  }

  /// Refuses a decision to erase something of the space, all of it or one customer's, while a hold or a restriction
  /// stands at *now*; the same rule as for the fact `erasureDecided`.
  ///
  /// - Throws: what stands against it.
  public func requireErasable(at now: Instant, policy: Policy, zone: CivilZone) throws(LifecycleRefusal) {
    let scene = Scene(life: self, reckoning: Reckoning(self, policy, zone), now: now, policy: policy, zone: zone)
    try scene.admit(.erasureDecided)
    try scene.requireErasable()
  }

  /// The timeline that these facts make.
  public func timeline(_ policy: Policy, _ zone: CivilZone) -> Timeline {
    Reckoning(self, policy, zone).timeline
  }

  /// Whether a hold keeps content on a local day.
  public func holdStands(on day: CivilDate) -> Bool {
    holdLastDay.map { day <= $0 } ?? false
  }
}
