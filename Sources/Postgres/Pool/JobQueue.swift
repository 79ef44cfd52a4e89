/// First in, first out, with removal from the middle for cancelled jobs.
struct JobQueue {
  private var jobs: [Job] = []
  private var head = 0

  var count: Int { jobs.count - head }
  var first: Job? { head < jobs.count ? jobs[head] : nil }

  mutating func append(_ job: Job) {
    jobs.append(job)
  }

  mutating func popFirst() -> Job? {
    guard head < jobs.count else { return nil }
    let job = jobs[head]
    head += 1
    // Amortised: what was taken is dropped when it is half of the array, and its closures go with it at the latest then.
    if head * 2 >= jobs.count {
      jobs.removeFirst(head)
      head = 0
    }
    return job
  }

  mutating func remove(_ control: JobControl) -> Job? {
    guard let index = jobs[head...].firstIndex(where: { $0.control === control }) else { return nil }
    return jobs.remove(at: index)
  }

  mutating func removeAll() -> [Job] {
    defer {
      jobs = []
      head = 0
    }
    return Array(jobs[head...])
  }
}
