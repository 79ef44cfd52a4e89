/// Something that becomes due at a moment of a timeline.
public enum Crossing: Hashable, Sendable {
  /// The space passes from one state to another. Boundaries that coincide are one crossing, named after the last.
  case boundary(Boundary, from: State, to: State, at: Instant)
  /// A notice becomes due. `boundaryAt` is its boundary as the timeline has it.
  case notice(NoticeRule, boundaryAt: Instant, at: Instant)

  /// The moment from which it counts, however late it is carried out.
  public var effectiveAt: Instant {
    switch self {
    case .boundary(_, _, _, let at), .notice(_, _, let at): at
    }
  }
}
