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
    return clock.isMovable
      ? Statements.movable.binding(principal, about)
      : Statements.fixed.binding(principal, about, clock.shiftSetting)
  }
}

private enum Statements {
  static let fixed: Query = """
    SELECT set_config('ohj.principal', \(""), true), set_config('ohj.space', \(""), true),
      set_config('ohj.shift', \(""), true)
    """

  static let movable: Query = """
    SELECT set_config('ohj.principal', \(""), true), set_config('ohj.space', \(""), true),
      set_config('ohj.shift', coalesce((SELECT shift::text FROM ohjaustila.dev_clock), ''), true)
    """
}
