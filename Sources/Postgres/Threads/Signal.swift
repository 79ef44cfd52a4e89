import CLibPQ
import Glibc

/// Wakes one waiting thread; a wake-up before the wait is not lost.
///
/// - Proof for `@unchecked Sendable`: the semaphore is the only state, allocated and initialised before the object is
///   shared and destroyed when nobody has it; POSIX makes `sem_post` and `sem_wait` safe from any thread.
final class Signal: @unchecked Sendable {
  private let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  /// Lets the waiting thread, or the next to wait, go on.
  func wake() {
    sem_post(semaphore)
  }

  /// Blocks until woken.
  func wait() {
    while sem_wait(semaphore) != 0 && errno == EINTR {}
  }

  /// Blocks until woken, but no longer than this.
  ///
  /// - Returns: whether it was woken.
  @discardableResult
  func wait(atMost bound: Duration) -> Bool {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let milliseconds = Int(bound.pollMilliseconds)
    let nanoseconds = time.tv_nsec + milliseconds % 1000 * 1_000_000
    time.tv_sec += milliseconds / 1000 + nanoseconds / 1_000_000_000
    time.tv_nsec = nanoseconds % 1_000_000_000
    while sem_clockwait(semaphore, CLOCK_MONOTONIC, &time) != 0 {
      guard errno == EINTR else { return false }
    }
    return true
  }
}
