/// A unit of work on its way to a connection.
struct Job: Sendable {
  /// What a worker does with it.
  enum Work: Sendable {
    /// Has the connection for itself, and resumes who waits.
    case alone(@Sendable (Session) -> Void)
    /// May share its round trip with others.
    case shared(SharedRead)
  }

  let control: JobControl
  /// When it came to the queue.
  let queuedAt: ContinuousClock.Instant
  let work: Work
  /// Resumes who waits with an error; the job never ran.
  let fail: @Sendable (any Error) -> Void
}
