import Foundation

/// For closures that own a database's thread: they may block, and can't await.
enum Blocking {
  /// Blocks the thread until the stream has ended.
  static func wait(for stream: AsyncStream<Void>) {
    let ended = DispatchSemaphore(value: 0)
    Task {
      for await _ in stream {}
      ended.signal()
    }
    ended.wait()
  }
}
