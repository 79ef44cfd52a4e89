import Foundation
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// A start with a folder that can be read and not written to.
@Suite struct UnwritableLedgerTests {
  /// Nothing that was erased is there: the service runs and erases nothing. With something to be erased again it does not
  /// even start, for that would be served.
  @Test func aStartServesWhatWasNeverErased() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let (gone, due) = (try await cast.space(), try await cast.space())
      let backup = try await cast.installation.backup()
      _ = try await cast.store.erase(gone, by: officer)
      #expect(try await cast.store.sweep().destroyed == 1)
      // Root may write everywhere, but nobody opens a folder for it.
      let lock = cast.installation.ledger.appending(path: "lock")
      try FileManager.default.removeItem(at: lock)
      try FileManager.default.createDirectory(at: lock, withIntermediateDirectories: false)

      let copy = try await cast.installation.copy(openingLedger: false)
      let opening = try await copy.store.openLedger()
      guard case .unusable? = opening.trouble else { throw Unexpected() }
      _ = try await copy.store.erase(due, by: officer)
      #expect(try await copy.store.sweep().destroyed == 0)
      #expect(copy.store.ledgerTrouble == opening.trouble)
      try await cast.installation.withRestored(from: backup) { restored in
        let text = await message { _ = try await restored.store.openLedger() }
        #expect(text.contains("the erasure ledger can't be used: open of \(lock.path) failed"), "\(text)")
      }
      try FileManager.default.removeItem(at: lock)
      #expect(try await copy.store.sweep().destroyed == 1)
      #expect(copy.store.ledgerTrouble == nil)
      await copy.shutdown()
    }
  }

  private func message(_ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  private struct Unexpected: Error {}
}
