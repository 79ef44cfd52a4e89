import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Takes a body as text.
final class CollectingWriter: ResponseBodyWriter, Sendable {
  private let buffer = Mutex(ByteBuffer())

  var text: String { buffer.withLock { String(buffer: $0) } }

  func write(_ piece: ByteBuffer) async throws {
    buffer.withLock { _ = $0.writeImmutableBuffer(piece) }
  }

  func finish(_: HTTPFields?) async throws {}
}
