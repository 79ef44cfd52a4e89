/// A unit of work on its way to a connection.
struct Job: Sendable {
  let control: JobControl
  /// When it came to the queue.
  let queuedAt: ContinuousClock.Instant
  /// Runs it on a worker's thread and resumes who waits.
  let run: @Sendable (Session) -> Void
  /// Resumes who waits with an error; the job never ran.
  let fail: @Sendable (any Error) -> Void
}
