import CLibPQ
import Glibc

/// Threads of one's own for work that blocks, so that it stays away from Swift's cooperative pool.
enum DedicatedThread {
  /// 1 MiB: decoding and libpq need little, closures of the callers may need more than a few pages.
  private static let stackSize = 1 << 20

  /// Starts a detached thread.
  /// - Parameters:
  ///   - name: shown by `top -H`; at most 15 bytes.
  ///   - body: runs to its end, then the thread is gone.
  static func start(name: String, _ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let box = Unmanaged.passRetained(ThreadBody(name: name, body: body))
    var thread = pthread_t()
    let outcome = pthread_create(
      &thread, &attributes,
      { raw in
        guard let raw else { return nil }
        let entry = Unmanaged<ThreadBody>.fromOpaque(raw).takeRetainedValue()
        clibpq_name_thread(entry.name)
        entry.body()
        return nil
      }, box.toOpaque())
    precondition(outcome == 0, "no thread could be made: \(outcome)")
  }

  /// Runs a closure on a thread of its own and awaits its result.
  static func run<Result: Sendable>(
    name: String, _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      start(name: name) { continuation.resume(with: Swift.Result { try body() }) }
    }
  }
}

private final class ThreadBody: Sendable {
  let name: String
  let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }
}
