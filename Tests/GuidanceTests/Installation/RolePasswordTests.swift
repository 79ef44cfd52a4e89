import Foundation
import Guidance
import Logging
import Postgres
import TestSupport
import Testing

@Suite struct RolePasswordTests {
  /// `migrate` gives login roles the passwords of the service's connection strings; odd characters are part of them.
  @Test func passwordsAreSetAndKeptAsVerifiersOnly() async throws {
    try await TestInstallation.with { installation in
      let password = "it's \"odd\"; $1 \\ %L å"
      let installer = try Installer(
        adminURL: installation.adminURL, migrations: TestInstallation.repository.appending(path: "Migrations"),
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
      try await installer.setPasswords([RoleNames.standard.backup: password])
      let stored = try await installation.asAdmin(
        "SELECT rolpassword FROM pg_authid WHERE rolname = \(RoleNames.standard.backup)"
      ) { try $0.get(0, as: String.self) }
      #expect(stored.first?.hasPrefix("SCRAM-SHA-256$") == true)
    }
  }
}
