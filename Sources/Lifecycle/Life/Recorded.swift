/// What recording a fact comes to.
public struct Recorded: Hashable, Sendable {
  /// The facts kept from now on.
  public let life: Life
  /// The timeline they make.
  public let timeline: Timeline
  /// Whether the life differs from before. When not (a second authentication of a day), nothing needs to be written.
  public let changed: Bool
  /// What the fact itself makes happen at *now*, in order: the boundary it moved here and the notices due at it.
  /// Crossings before it are the caller's to carry out first (`Timeline.crossings`), and those after it come later.
  public let effects: [Crossing]
}
