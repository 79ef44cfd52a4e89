import Lifecycle
import Postgres

extension GuidanceStore {
  /// What every transaction tells PostgreSQL before anything else, in the same round trip: who asks, about which space,
  /// and how far now is moved. Row-level security and `instant_now()` read it. No caller means nobody, who sees nothing.
  ///
  /// With a movable clock the shift is the database's row, read anew in each transaction.
  func stating(_ caller: Caller?, space: ID<Space>? = nil) -> Query {
    let principal = caller?.uuid.map { ID<Caller>($0).description } ?? ""
    let about = space?.description ?? ""
    guard clock.isMovable else {
      return """
        SELECT set_config('ohj.principal', \(principal), true), set_config('ohj.space', \(about), true),
          set_config('ohj.shift', \(clock.shiftSetting), true)
        """
    }
    return """
      SELECT set_config('ohj.principal', \(principal), true), set_config('ohj.space', \(about), true),
        set_config('ohj.shift', coalesce((SELECT shift::text FROM ohjaustila.dev_clock), ''), true)
      """
  }
}
