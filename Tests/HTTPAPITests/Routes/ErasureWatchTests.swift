import Foundation
import Guidance
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// Erasures that stall are told to whoever watches, and turn nobody away.
@Suite struct ErasureWatchTests {
  private func metrics(_ service: TestService) async -> String {
    let authenticator = Authenticator(issuers: [], clock: { 0 }, logger: TestAPI.quiet)
    let responder = APIResponder(endpoints: [], authenticator: authenticator, logger: TestAPI.quiet)
    return await Metrics(responder: responder, store: service.store).text()
  }

  /// Moves the clock to where the space was to be erased two hours ago.
  private func passErasure(_ service: TestService) async throws {
    let scene = try await Scene(service)
    let erasesAt = try #require(Instant(try await scene.instant("erasesAt", as: scene.counsellor())))
    try await service.store.moveClock(to: erasesAt + .seconds(7200))
  }

  @Test func aLedgerInTroubleIsTold() async throws {
    try await TestService.with { service in
      try await passErasure(service)
      let folder = service.installation.ledger
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      let file = folder.appending(path: try #require(names.first { $0.hasSuffix(".ledger") }))
      let aside = folder.appending(path: "aside")
      try FileManager.default.moveItem(at: file, to: aside)
      try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
      _ = try await service.store.sweep()
      let told = try await service.send(.get, "/health/ready")
      #expect(
        told.status == .ok && told.text == #"{"status":"ready","degraded":["erasureLedger","erasuresOverdue"]}"#)
      let stalled = await metrics(service)
      for line in [
        #"ohjaustila_erasure_ledger_trouble{kind="unusable"} 1"#, "ohjaustila_erasures_overdue 1",
        "ohjaustila_erasures_held 0", "ohjaustila_ciphertext_left 0",
      ] {
        #expect(stalled.contains(line + "\n"), "\(line)")
      }
      #expect(stalled.contains(#/ohjaustila_erasures_overdue_oldest_seconds 72\d\d\n/#))
      #expect(stalled.contains(#/ohjaustila_erasure_ledger_free_bytes [1-9]\d*\n/#))

      try FileManager.default.removeItem(at: file)
      try FileManager.default.moveItem(at: aside, to: file)
      _ = try await service.store.sweep()
      #expect(try await service.send(.get, "/health/ready").text == #"{"status":"ready"}"#)
      let well = await metrics(service)
      for line in [
        "ohjaustila_erasure_ledger_trouble 0", "ohjaustila_erasures_overdue 0",
        "ohjaustila_erasures_overdue_oldest_seconds 0", "ohjaustila_ciphertext_left 0",
      ] {
        #expect(well.contains(line + "\n"), "\(line)")
      }
    }
  }

  @Test func whatWaitsForAWordIsTold() async throws {
    var options = GuidanceStore.Options()
    (options.erasureLimit.spaces, options.erasureLimit.percent) = (0, 0)
    try await TestService.with(options: options) { service in
      try await passErasure(service)
      // Also after a sweep that comes before they are tried again.
      for _ in 1...2 {
        _ = try await service.store.sweep()
        let told = try await service.send(.get, "/health/ready")
        #expect(told.text == #"{"status":"ready","degraded":["erasuresHeld","erasuresOverdue"]}"#)
      }
      #expect(await metrics(service).contains("ohjaustila_erasures_held 1\n"))
      try await service.store.confirmErasures(upTo: 1)
      _ = try await service.store.sweep()
      #expect(try await service.send(.get, "/health/ready").text == #"{"status":"ready"}"#)
    }
  }

  /// Ciphertext of a space that was erased the day before yesterday.
  @Test func whatIsLeftIsTold() async throws {
    try await TestService.with { service in
      try await passErasure(service)
      _ = try await service.store.sweep()
      _ = try await service.installation.asAdmin(
        "UPDATE ohjaustila.tombstone SET destroyed_at = NULL, erased_at = erased_at - interval '2 days'"
      ) { _ in }
      #expect(
        try await service.send(.get, "/health/ready").text == #"{"status":"ready","degraded":["ciphertextLeft"]}"#)
      let text = await metrics(service)
      #expect(text.contains("ohjaustila_ciphertext_left 1\n"))
      #expect(text.contains(#/ohjaustila_ciphertext_left_oldest_seconds 1[78]\d\d\d\d\n/#))
    }
  }

  /// What can't be written can't be answered: that copy, or that database, gets no requests.
  @Test func aFullDiskTurnsRequestsAway() async throws {
    try await TestService.with { service in
      let watch = KeyWatch(store: service.store, name: "this")
      try await watch.look()
      for statement: Query in [
        """
        CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$
        """,
        """
        CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON ohjaustila.key_holder
        FOR EACH ROW EXECUTE FUNCTION public.full_disk()
        """,
      ] {
        _ = try await service.installation.asAdmin(statement) { _ in }
      }
      await #expect(throws: PostgresError.self) { try await watch.look() }
      let full = try await service.send(.get, "/health/ready")
      #expect(full.status == .serviceUnavailable && full.problem == "unavailable")
      #expect(full.text.contains("cannot be written"))
      _ = try await service.installation.asAdmin("DROP TRIGGER full_disk ON ohjaustila.key_holder") { _ in }
      try await watch.look()
      #expect(try await service.send(.get, "/health/ready").text == #"{"status":"ready"}"#)
      await watch.leave()
    }
  }
}
