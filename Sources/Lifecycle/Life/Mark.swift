/// The end of a stage while a timeline is computed: the instant, the stage's last day, and why there.
struct Mark {
  let at: Instant
  let lastDay: CivilDate
  let cause: DeadlineCause

  /// The earlier of two; of equals the first.
  static func earlier(_ first: Mark, _ second: Mark) -> Mark { second.at < first.at ? second : first }

  /// The later of two; of equals the first.
  static func later(_ first: Mark, _ second: Mark) -> Mark { second.at > first.at ? second : first }
}
