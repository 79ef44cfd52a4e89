import Lifecycle
import Logging
import Postgres

extension GuidanceStore {
  /// How often rights are asked for while there are transfers: a right that ends takes its transfers with it within
  /// this and a round trip.
  static let transferLook: Duration = .milliseconds(300)
  private static let askedAtOnce = 1000

  /// Runs a transfer, and breaks it off when its right ends: at a boundary, by removal, erasure or revocation, in this
  /// copy or another. The body returns when the client has been handed everything.
  ///
  /// - Parameter breakOff: ends the connection so that the client sees it; called at most once, while the body runs.
  /// - Throws: `Refusal.notFound` when it was broken off; what the body throws.
  func whileEntitled(
    _ right: TransferRight, breakOff: @escaping @Sendable () -> Void, _ body: () async throws -> Void
  ) async throws {
    let (number, begins) = transfers.enter(right, breakOff: breakOff)
    if begins { Task { await watchTransfers() } }
    let result: Result<Void, any Error>
    do {
      result = .success(try await body())
    } catch {
      result = .failure(error)
    }
    guard transfers.leave(number) else { throw Refusal.notFound }
    try result.get()
  }

  /// Asks, in one statement for a thousand transfers, which have lost their right, until there are none.
  private func watchTransfers() async {
    var isTold = false
    try? await Task.sleep(for: Self.transferLook)
    while let rights = transfers.rights() {
      do {
        for start in stride(from: 0, to: rights.count, by: Self.askedAtOnce) {
          let some = rights[start..<min(start + Self.askedAtOnce, rights.count)]
          for number in try await lapsed(some.map(\.right)) { transfers.breakOff(some[start + number - 1].number) }
        }
        isTold = false
      } catch {
        // Nothing more is read meanwhile, either: a transfer goes on with what it has, and is asked about again.
        if !isTold { logger.warning("rights of downloads could not be asked for", metadata: ["error": "\(error)"]) }
        isTold = true
      }
      try? await Task.sleep(for: Self.transferLook)
    }
  }

  private func lapsed(_ rights: [TransferRight]) async throws -> [Int] {
    let now = clock.now
    let (principals, spaces) = (rights.map(\.principal), rights.map(\.space))
    let links = rights.map { $0.link(at: now) }
    return try await service.readOnce([
      stating(nil), "SELECT ohjaustila.lapsed_transfers(\(principals), \(spaces), \(links))",
    ]) { rows in try rows[1].map { try $0.get(0, as: Int.self) } }
  }
}
