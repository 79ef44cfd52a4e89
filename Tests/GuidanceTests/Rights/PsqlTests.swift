import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// psql itself, as each role that logs in and as each kind of person: what bare statements show and change.
@Suite struct PsqlTests {
  @Test(arguments: [State.active, .archived])
  func bareStatementsShowWhatTheTableSays(_ state: State) async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let stage = try await Stage(cast, state)
      let roles = RoleNames.standard
      for principal in Principal.allCases {
        let (id, space) = stage.settings(principal)
        let seen = try Psql(cast.installation.url(roles.service), principal: id, space: space).counts()
        let expected = stage.expected(principal)
        #expect(seen.count > 20)
        for (table, rows) in seen where Stage.openTables[table] == nil {
          #expect(rows == expected[table, default: 0], "service, \(principal) \(state) \(table)")
        }
        // Nobody of these is an officer: the officers' login shows them their own memberships, and no more.
        let officers = try Psql(cast.installation.url(roles.dpo), principal: id, space: space).counts()
        for (table, rows) in officers where Stage.openTables[table] == nil {
          #expect(rows == (table == "my_organisation" ? expected[table, default: 0] : 0), "dpo, \(principal) \(table)")
        }
      }
      let (_, space) = stage.settings(.counsellor)
      let psql = try Psql(
        cast.installation.url(roles.dpo), principal: try #require(officer.uuid).uuidString, space: space)
      let seen = psql.counts()
      #expect(
        seen["space"] == 3 && seen["participant"] == 2 && (seen["journal"] ?? 0) > 3 && seen["staff_history"] == 8)
      for hidden in ["message", "file", "file_chunk", "space_secret", "person", "feedback", "staff_member"] {
        #expect(seen[hidden] == nil, "\(hidden)")
      }
    }
  }

  /// No login deletes or rewrites what is written down, whatever it says it is.
  @Test func historyIsNobodysToChange() async throws {
    try await Cast.with { cast in
      let (id, roles) = (try #require(cast.admin.uuid).uuidString, RoleNames.standard)
      for role in roles.logins {
        let psql = try Psql(cast.installation.url(role), principal: id, space: "")
        for table in ["staff_history", "journal", "access_entry", "access_batch", "data_subject_search"] {
          for statement in ["DELETE FROM ohjaustila.\(table)", "TRUNCATE ohjaustila.\(table)"] {
            #expect(psql.run(statement).contains("permission denied"), "\(role): \(statement)")
          }
        }
        #expect(psql.run("UPDATE ohjaustila.staff_history SET what = 'renewed'").contains("permission denied"))
        #expect(
          psql.run("UPDATE ohjaustila.my_space SET visible_until = 'infinity', suspended = false")
            .contains("permission denied"), "\(role)")
      }
    }
  }
}

/// One login and one principal, before a real psql.
private struct Psql {
  private let url: String
  private let settings: String

  init(_ url: String, principal: String, space: String) throws {
    self.url = url
    settings =
      "SELECT set_config('ohj.principal', '\(principal)', false), set_config('ohj.space', '\(space)', false);\n"
  }

  /// What psql writes, errors included.
  func run(_ script: String) -> String {
    let (process, input, output) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/psql")
    process.arguments = ["-X", "-q", "-At", "-d", url]
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, output)
    do {
      try process.run()
      try input.fileHandleForWriting.write(contentsOf: Data((settings + script + ";\n").utf8))
      try input.fileHandleForWriting.close()
    } catch {
      Issue.record(error)
      return ""
    }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }

  /// How many rows each table shows; those that may not be read are left out.
  func counts() -> [String: Int] {
    let tables = run(
      "SELECT '=' || relname FROM pg_class WHERE relnamespace = 'ohjaustila'::regnamespace AND relkind IN ('r', 'p')"
    ).split(separator: "\n").filter { $0.hasPrefix("=") }.map { $0.dropFirst() }
    let script = tables.map { "SELECT '=\($0)=' || count(*) FROM ohjaustila.\($0)" }.joined(separator: ";\n")
    let lines = run(script).split(separator: "\n").filter { $0.hasPrefix("=") }
    return lines.reduce(into: [:]) { counts, line in
      let parts = line.split(separator: "=")
      counts[String(parts[0])] = Int(parts[1])
    }
  }
}
