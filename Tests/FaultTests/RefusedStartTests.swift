import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// The real executable, in production, does not serve as a database role that row-level security would not bind, nor with
/// an erasure ledger that another clock wrote.
@Suite struct RefusedStartTests {
  @Test(.timeLimit(.minutes(5))) func rolesThatAreTooPowerful() async throws {
    try await Site.with { try await refusals($0) }
  }

  private func refusals(_ site: Site) async throws {
    let (roles, cluster, program) = (RoleNames.standard, site.cluster, site.program)
    // Tests may run as root, which serve would refuse first.
    let serve = ["serve", "--port", "0", "--allow-root", "--data", site.data.path]
    for (number, (variable, url, reason)) in [
      ("OHJAUSTILA_SERVICE_URL", cluster.url(), "superuser"),
      ("OHJAUSTILA_SERVICE_URL", cluster.url(role: roles.backup), "bypasses row-level security"),
      ("OHJAUSTILA_SCHEDULER_URL", cluster.url(), "superuser"), ("OHJAUSTILA_DPO_URL", cluster.url(), "superuser"),
    ].enumerated() {
      let (end, output) = try await program.with([variable: url]).run(serve, log: "refused\(number).log")
      #expect(end != .exited(0) && output.contains(reason) && !output.contains("address=http"), "\(output)")
    }
    _ = try await cluster.ask("GRANT \(identifier: roles.owner) TO \(identifier: roles.service)") { _ in }
    let (end, output) = try await program.run(serve, log: "owner.log")
    #expect(end != .exited(0) && output.contains("owns tables"), "\(output)")
    // With the roles it asks for it serves.
    _ = try await cluster.ask("REVOKE \(identifier: roles.owner) FROM \(identifier: roles.service)") { _ in }
    let run = try program.start(serve, log: "serves.log")
    try await eventually("an address") { run.text.contains("address=http") || !run.isRunning }
    #expect(run.text.contains("address=http"), "\(run.text)")
    _ = run.kill()
    _ = await run.end()
    try writeAhead(in: site.data.appending(path: "ledger"))
    let (early, told) = try await program.run(serve, log: "early.log")
    #expect(early != .exited(0) && told.contains("still to come") && !told.contains("address=http"), "\(told)")
  }

  /// Appends a good entry of tomorrow to the ledger, as a copy of the database with another clock would.
  private func writeAhead(in folder: URL) throws {
    let file = folder.appending(path: LedgerFiles.segment(beginningWith: 1))
    var ledger = try Data(contentsOf: file)
    let last = try #require(ledger.split(separator: UInt8(ascii: "\n")).last.flatMap { LedgerLine(ArraySlice($0)) })
    ledger +=
      LedgerEntry.dropped(ID.make())
      .line(last.number + 1, at: last.at + .seconds(86_400), after: last.hash).bytes
    try ledger.write(to: file)
  }
}
