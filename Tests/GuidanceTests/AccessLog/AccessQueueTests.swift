import Foundation
import Lifecycle
import Testing

@testable import Guidance

/// When entries are written and whom that lets go on, without a database.
@Suite struct AccessQueueTests {
  private typealias Queue = AccessQueue<Int>

  private static func entry(_ number: Int64 = 0) -> AccessEntry {
    AccessEntry(
      at: Instant(microseconds: number), principal: UUID(), role: "counsellor", organisation: nil, space: nil,
      participation: nil, what: "space", object: nil, address: nil, requestID: nil, outcome: "shown")
  }

  @Test func whatNobodyWaitsForGathers() {
    var queue = Queue()
    #expect(queue.add(Self.entry()) == .wait)
    #expect(queue.add(Self.entry()) == .nothing)
    #expect(queue.windowPassed() == .write)
    #expect(queue.batch().count == 2)
    #expect(queue.windowPassed() == .nothing)
    let (waiters, next) = queue.written()
    #expect(waiters.isEmpty && next == .nothing && queue.count == 0)
    #expect(queue.add(Self.entry()) == .wait)
  }

  @Test func whoWaitsHasTheRestWrittenToo() {
    var queue = Queue()
    #expect(queue.add(Self.entry()) == .wait)
    #expect(queue.add(Self.entry(), 1) == .write)
    #expect(queue.batch().count == 2)
    // Those who come meanwhile share the next batch.
    #expect(queue.add(Self.entry(), 2) == .nothing)
    #expect(queue.add(Self.entry(), 3) == .nothing)
    var (waiters, next) = queue.written()
    #expect(waiters == [1] && next == .write)
    #expect(queue.batch().count == 2)
    (waiters, next) = queue.written()
    #expect(waiters == [2, 3] && next == .nothing)
  }

  @Test func aFullBatchDoesNotWait() {
    var queue = Queue()
    for number in 1...AccessBatch.limit * 2 + 1 {
      let expected: Queue.Step = number == 1 ? .wait : number == AccessBatch.limit ? .write : .nothing
      #expect(queue.add(Self.entry(Int64(number))) == expected)
    }
    #expect(queue.batch().map(\.at.microseconds) == (1...500).map { Int64($0) })
    #expect(queue.written().next == .write)
    #expect(queue.batch().map(\.at.microseconds) == (501...1000).map { Int64($0) })
    #expect(queue.written().next == .wait)
    #expect(queue.count == 1)
  }

  /// The same entries are written again, so that a COMMIT nobody knew of is recognised by its hash.
  @Test func aFailureLetsEverybodyGoAndKeepsTheBatch() {
    var queue = Queue()
    _ = queue.add(Self.entry(1), 1)
    let batch = queue.batch()
    _ = queue.add(Self.entry(2), 2)
    #expect(queue.failed() == [1, 2])
    #expect(queue.batch() == batch)
    #expect(queue.add(Self.entry(3), 3) == .nothing)
    #expect(queue.written().waiters == [])
    #expect(queue.batch().map(\.at.microseconds) == [2, 3])
    #expect(queue.written().waiters == [3])
  }

  @Test func thereIsABound() {
    var queue = Queue()
    for _ in 0..<Queue.capacity { _ = queue.add(Self.entry()) }
    #expect(queue.add(Self.entry()) == nil && queue.add(Self.entry(), 1) == nil)
    _ = queue.batch()
    _ = queue.written()
    #expect(queue.add(Self.entry()) == .nothing)
  }

  @Test func aClosedQueueIsEmptiedAndTakesNothing() {
    var queue = Queue()
    #expect(queue.flush(1) == nil)
    _ = queue.add(Self.entry())
    queue.close()
    #expect(queue.add(Self.entry()) == nil)
    #expect(queue.flush(2) == .write)
    _ = queue.batch()
    #expect(queue.written().waiters == [2])
    #expect(queue.flush(3) == nil)
  }

  @Test func whatIsAbandonedKeepsNobodyWaiting() {
    var queue = Queue()
    _ = queue.add(Self.entry(), 1)
    _ = queue.batch()
    queue.abandon()
    #expect(queue.failed() == [1])
    #expect(queue.flush(2) == nil && queue.add(Self.entry(), 3) == nil && queue.count == 1)
  }
}
