import Logging
import Synchronization

/// The queue and the workers behind a ``Database``: state under one lock, effects (wake-ups, resumptions) outside it.
final class Pool: Sendable {
  private struct State {
    var queue = JobQueue()
    /// Workers without work, the last to become so on top: its thread and connection are the warmest.
    var idle: [Int] = []
    /// Work handed to an idle worker.
    var assigned: [Job?]
    var isClosing = false
    var living: Int
    var whenAllEnded: [CheckedContinuation<Void, Never>] = []
  }

  private enum Next {
    case alone(@Sendable (Session) -> Void), shared([SharedRead]), rest, end
  }

  let counters = MetricsCounters()
  private let state: Mutex<State>
  private let signals: [Signal]
  private let housekeeper: Housekeeper
  private let maximumQueued: Int
  private let queueDeadline: Duration
  private let maximumShared: Int

  init(
    connections: Int, maximumQueued: Int, queueDeadline: Duration, maximumShared: Int,
    configuration: ConnectionConfiguration
  ) {
    self.maximumQueued = maximumQueued
    self.maximumShared = maximumShared
    self.queueDeadline = queueDeadline
    state = Mutex(State(assigned: Array(repeating: nil, count: connections), living: connections))
    signals = (0..<connections).map { _ in Signal() }
    housekeeper = Housekeeper()
    let counters = counters
    let outage = Outage()
    for worker in 0..<connections {
      DedicatedThread.start(name: "pg-worker-\(worker)") {
        self.work(worker, Session(configuration: configuration, counters: counters, outage: outage))
      }
    }
    housekeeper.start(expire: { self.expire() })
  }

  /// Queues a job, or hands it to the worker that rested last.
  func submit(_ job: Job) {
    var refusal: (any Error)?
    var woken: Int?
    var isFirst = false
    state.withLock { state in
      if job.control.isCancelled {
        refusal = CancellationError()
      } else if state.isClosing {
        refusal = PostgresError.shutDown
      } else if let worker = state.idle.popLast() {
        state.assigned[worker] = job
        woken = worker
      } else if state.queue.count >= maximumQueued {
        refusal = PostgresError.queueFull(limit: maximumQueued)
      } else {
        isFirst = state.queue.count == 0
        state.queue.append(job)
      }
    }
    if let woken { signals[woken].wake() }
    if isFirst { housekeeper.watchQueue() }
    if let refusal {
      counters.refused.count()
      job.fail(refusal)
    }
  }

  /// Cancels a job, wherever it is.
  func cancel(_ control: JobControl) {
    control.cancel()
    let queued = state.withLock { $0.queue.remove(control) }
    if let queued {
      queued.fail(CancellationError())
    } else {
      housekeeper.cancel(control)
    }
  }

  /// Takes no more jobs, gives those that wait some time, and returns when every thread has ended its last job.
  func shutdown(grace: Duration) async {
    close()
    let deadline = ContinuousClock.now + grace
    while ContinuousClock.now < deadline, state.withLock({ $0.queue.count }) > 0 {
      // A cancelled caller gives no further grace.
      do { try await Task.sleep(for: .milliseconds(5)) } catch { break }
    }
    for job in state.withLock({ $0.queue.removeAll() }) { job.fail(PostgresError.shutDown) }
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if state.living > 0 { state.whenAllEnded.append(continuation) }
        return state.living == 0
      }
      if isOver { continuation.resume() }
    }
  }

  /// What waits and what rests now.
  var occupancy: (queued: Int, idle: Int) {
    state.withLock { ($0.queue.count, $0.idle.count) }
  }

  /// Takes no more jobs; the workers end when the queue is empty.
  func close() {
    let resting = state.withLock { state in
      state.isClosing = true
      defer { state.idle = [] }
      return state.idle
    }
    for worker in resting { signals[worker].wake() }
  }

  private func work(_ worker: Int, _ session: Session) {
    loop: while true {
      switch next(worker) {
      case .alone(let run):
        run(session)
        counters.jobs.count()
      case .shared(let reads):
        session.run(reads)
        counters.jobs.count(reads.count)
      case .rest: signals[worker].wait()
      case .end: break loop
      }
    }
    session.discard()
    let (isLast, waiting) = state.withLock { state in
      state.living -= 1
      guard state.living == 0 else { return (false, [CheckedContinuation<Void, Never>]()) }
      defer { state.whenAllEnded = [] }
      return (true, state.whenAllEnded)
    }
    if isLast { housekeeper.stop() }
    for continuation in waiting { continuation.resume() }
  }

  private func next(_ worker: Int) -> Next {
    state.withLock { state in
      if let job = state.assigned[worker].take() { return alone(job) }
      if let job = state.queue.popFirst() { return work(job, &state.queue) }
      if state.isClosing { return .end }
      state.idle.append(worker)
      return .rest
    }
  }

  /// The work of a job that was handed to an idle worker. Whoever comes while that one wakes up waits for a connection of
  /// its own: behind a slow read the queue's deadline would be nobody's any more.
  private func alone(_ job: Job) -> Next {
    switch job.work {
    case .alone(let run): .alone(run)
    case .shared(let read): .shared([read])
    }
  }

  /// The work of a job that has waited; that of a read together with the reads that wait right behind it. Nobody is
  /// overtaken.
  ///
  /// All that fit, and not this worker's share of all that wait: shares cost an eighth more of the service's time, and
  /// the slowest answers came hardly sooner.
  private func work(_ job: Job, _ queue: inout JobQueue) -> Next {
    switch job.work {
    case .alone(let run):
      return .alone(run)
    case .shared(let read):
      var reads = [read]
      while reads.count < maximumShared, case .shared(let next) = queue.first?.work {
        reads.append(next)
        _ = queue.popFirst()
      }
      return .shared(reads)
    }
  }

  /// Fails the jobs that have waited too long.
  /// - Returns: how long the next may still wait; `nil` when none waits.
  private func expire() -> Duration? {
    let now = ContinuousClock.now
    var expired: [Job] = []
    let next: Duration? = state.withLock { state in
      while let first = state.queue.first {
        let left = queueDeadline - first.queuedAt.duration(to: now)
        guard left <= .zero else { return left }
        if let job = state.queue.popFirst() { expired.append(job) }
      }
      return nil
    }
    for job in expired {
      counters.refused.count()
      job.fail(PostgresError.queueDeadline(job.queuedAt.duration(to: now)))
    }
    return next
  }
}
