import CLibPQ
import Glibc

/// Wakes a thread that waits in `poll`, by an eventfd; a ring before the wait is not lost.
final class Bell: Sendable {
  private let descriptor: Int32

  init() {
    descriptor = clibpq_eventfd()
    precondition(descriptor >= 0, "no eventfd: \(errno)")
  }

  deinit {
    close(descriptor)
  }

  /// Wakes.
  func ring() {
    var one: UInt64 = 1
    write(descriptor, &one, 8)
  }

  /// Waits for a ring, or for something to read on a socket.
  func wait(or socket: Int32) {
    var descriptors = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
    ]
    poll(&descriptors, 2, -1)
    hush()
  }

  /// Waits for a ring, but no longer than this.
  func wait(atMost bound: Duration) {
    var own = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    poll(&own, 1, bound.pollMilliseconds)
    hush()
  }

  private func hush() {
    var count: UInt64 = 0
    read(descriptor, &count, 8)
  }
}
