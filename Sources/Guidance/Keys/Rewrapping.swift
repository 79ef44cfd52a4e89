import Foundation
import Postgres
import Synchronization
import Vault

/// Wraps keys anew under the current master, some thousand a transaction. Cut off anywhere, the same again goes on with
/// what is left; two at once share the work.
struct Rewrapping: Sendable {
  let store: GuidanceStore
  /// Keys in a transaction.
  var pageSize = 5000

  /// Pages at once: one is wrapped here while PostgreSQL writes the other.
  private static let atOnce = 2
  static let beginning = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

  struct Outcome: Sendable, Equatable {
    var rewrapped = 0
    /// Owners of keys that are not what their master made: nothing opens them any more. They stay as they are, and both of
    /// two that share the work come across them.
    var damaged: Set<UUID> = []

    static func += (left: inout Outcome, right: Outcome) {
      left.rewrapped += right.rewrapped
      left.damaged.formUnion(right.damaged)
    }
  }

  /// Goes once through everything that stands under some masters.
  ///
  /// - Parameter done: is told how many more were rewrapped.
  /// - Throws: `UnwrapError.unknownMaster` for one of these that is not here.
  func run(under masters: [MasterKeyID], _ done: @escaping @Sendable (Int) -> Void) async throws -> Outcome {
    var outcome = Outcome()
    for master in masters {
      for rows in WrappedRows.allCases {
        outcome += try await run(rows, under: master, done)
        try Task.checkCancellation()
      }
    }
    return outcome
  }

  private func run(
    _ rows: WrappedRows, under master: MasterKeyID, _ done: @escaping @Sendable (Int) -> Void
  ) async throws -> Outcome {
    // Where the next page begins: whoever takes it locks its rows before the other looks.
    try await withThrowingTaskGroup(of: Outcome.self) { group in
      for _ in 0..<Self.atOnce {
        group.addTask {
          var outcome = Outcome()
          var after = Self.beginning
          while let page = try await page(rows, under: master, after: after) {
            outcome += page.outcome
            after = page.last
            done(page.outcome.rewrapped)
            try Task.checkCancellation()
          }
          return outcome
        }
      }
      return try await group.reduce(into: Outcome()) { $0 += $1 }
    }
  }

  struct Page: Sendable {
    let outcome: Outcome
    let last: UUID
  }

  /// - Returns: nil behind the last row that nobody else holds.
  func page(_ rows: WrappedRows, under master: MasterKeyID, after id: UUID) async throws -> Page? {
    try await store.scheduler.write(preamble: [store.stating(nil)]) { transaction in
      let found = try transaction.all(rows.page(under: master, after: id, limit: pageSize)) {
        (try $0.get(0, as: UUID.self), try $0.get(1, as: Bytea.self))
      }
      guard let last = found.last?.0 else { return nil }
      var outcome = Outcome()
      var (ids, old, new): ([UUID], [Bytea], [Bytea]) = ([], [], [])
      for (id, bytes) in found {
        do {
          guard let wrapped = try store.keys.rewrap(WrappedKey(bytes: bytes.bytes), of: rows.owner(id)) else {
            continue
          }
          ids.append(id)
          old.append(bytes)
          new.append(Bytea(wrapped.bytes))
        } catch let error as UnwrapError {
          if case .unknownMaster = error { throw error }
          outcome.damaged.insert(id)
        }
      }
      if !ids.isEmpty {
        try transaction.enqueue(rows.rewrapping(ids, from: old, to: new, under: store.keys.currentMaster))
      }
      outcome.rewrapped = ids.count
      return Page(outcome: outcome, last: last)
    }
  }
}
