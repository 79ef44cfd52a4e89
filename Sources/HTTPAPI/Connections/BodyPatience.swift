import NIOCore

/// How long we go on waiting for a body: a bucket of time that waiting empties and bytes fill.
///
/// A client that stops is found after `capacity`; one that trickles can't keep a connection either, because a byte buys
/// no more time than the lowest acceptable rate takes for it. Only time in which we wait for the client counts: a slow
/// disk of ours is nobody's fault.
struct BodyPatience {
  private let capacity: Int64
  private let nanosecondsPerByte: Int64
  private var credit: Int64
  private var waitingSince: NIODeadline?

  /// - Parameter bytesPerSecond: at least 1.
  init(capacity: TimeAmount, bytesPerSecond: Int) {
    self.capacity = capacity.nanoseconds
    nanosecondsPerByte = 1_000_000_000 / Int64(max(1, bytesPerSecond))
    credit = capacity.nanoseconds
  }

  /// We ask for more. Asking again while we wait changes nothing.
  mutating func wait(from now: NIODeadline) {
    if waitingSince == nil { waitingSince = now }
  }

  /// Something came.
  mutating func receive(_ bytes: Int, at now: NIODeadline) {
    if let since = waitingSince { credit -= (now - since).nanoseconds }
    waitingSince = nil
    credit = min(capacity, credit + Int64(bytes) * nanosecondsPerByte)
  }

  /// When it is over if nothing comes; while we do not wait, the earliest moment that it could be.
  func end(at now: NIODeadline) -> NIODeadline {
    (waitingSince ?? now) + .nanoseconds(max(0, credit))
  }

  /// Whether it is over.
  func isOver(at now: NIODeadline) -> Bool {
    waitingSince != nil && now >= end(at: now)
  }
}
