/// Why a boundary stands where it stands.
public enum DeadlineCause: Hashable, Sendable {
  /// So long from a day; `clamped` when the month had no such day and its last one was taken.
  case counted(from: CivilDate, anchor: AnchorKind, period: Period, clamped: Bool)
  /// A fact of this kind set it, at its own moment.
  case act(FactKind)
  /// It stands as promised before the policy changed.
  case promised
  /// A hold of this reason keeps content longer; `capped` when the cap ends it before its own last day.
  case held(reason: String, capped: Bool)
  /// The grace after a hold's release or a restriction's end.
  case grace
  /// Erasure waits for the end of a restriction.
  case suspended(since: Instant)
}
