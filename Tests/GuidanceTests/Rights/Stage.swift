import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Who may stand before the database.
enum Principal: CaseIterable {
  case nobody, stranger
  case customer, otherCustomer
  case counsellor, colleague, uncommitted, dismissed
  case admin, otherAdmin
}

/// Three spaces with content in one state: the counsellor's, one of a counsellor whose commitment was taken back, one of
/// a counsellor who was dismissed. Each has a customer of its own.
struct Stage {
  let cast: Cast
  let state: State
  private let spaces: [Principal: ID<Space>]
  private let people: [Principal: UUID]
  private let journal: Int
  private let looks: Int
  private let history: Int
  private let staff: Int

  /// Tables that show everything to everybody who logs in as the service, and why.
  static let openTables = [
    "policy_version": "public rules", "archive_key": "public keys",
    "organisation": "public facts", "dev_clock": "no personal data; absent in production",
    "idempotency": "keyed hashes and random identifiers only", "schema_migration": "names of migrations",
    "key_fingerprint": "tells keys apart; says nothing of them", "master_key": "names of keys",
    "access_chain": "numbers and hashes of batches; says nothing of anybody",
  ]

  init(_ cast: Cast, _ state: State) async throws {
    (self.cast, self.state) = (cast, state)
    let store = cast.store
    var callers: [Principal: Caller] = [.counsellor: cast.counsellor]
    for (principal, subject) in [(Principal.uncommitted, "ulla"), (.dismissed, "dan")] {
      _ = try await store.appoint(Cast.appointment(subject), to: cast.organisation.id, by: cast.admin)
      callers[principal] = try await store.caller(Cast.staff(subject))
    }
    var spaces: [Principal: ID<Space>] = [:]
    var people: [Principal: UUID] = [:]
    for (number, principal) in [Principal.counsellor, .uncommitted, .dismissed].enumerated() {
      let counsellor = try #require(callers[principal])
      let space = try await cast.openSpace(customers: [Cast.invited(number)], by: counsellor).space.id
      let customer = try await cast.customer(number)
      _ = try await store.enter(space, invitation: nil, by: customer)
      _ = try await store.postMessage("Hei", to: space, by: customer)
      _ = try await store.postMessage("Moi", to: space, by: counsellor)
      try await cast.upload([1, 2, 3], to: space, by: customer)
      _ = try await store.makeArchiveLink(to: space, by: customer)
      try await store.archive(of: space, for: customer).send(0..<1) { _ in }
      _ = try await store.createUpload(ResumableUploadTests.draft(3), to: space, by: customer)
      try await Self.quarantine(in: space, cast)
      if state != .active {
        _ = try await store.close(space, reason: nil, by: counsellor)
        _ = try await store.giveFeedback(rating: 5, text: "Kiitos", on: space, by: customer)
      }
      if state == .archived { _ = try await store.archive(space, reason: nil, by: cast.admin) }
      _ = try await store.archive(of: space, for: customer)
      spaces[principal] = space
      people[principal] = counsellor.uuid
      if number == 0 { people[.customer] = customer.uuid }
      if number == 1 { people[.otherCustomer] = customer.uuid }
    }
    await store.downloads.flush()
    if state == .erased {
      let last = try await cast.installation.asAdmin("SELECT max(erases_at) FROM ohjaustila.space") {
        try $0.get(0, as: Instant.self)
      }
      try await cast.installation.advance(to: try #require(last.first))
    }
    _ = try await store.appoint(
      Cast.appointment("ulla", committed: nil), to: cast.organisation.id, by: cast.admin)
    try await store.dismiss("dan", from: cast.organisation.id, by: cast.admin)
    people[.colleague] = cast.colleague.uuid
    people[.admin] = cast.admin.uuid
    people[.otherAdmin] = cast.otherAdmin.uuid
    people[.stranger] = UUID()
    self.spaces = spaces
    self.people = people
    let space = try #require(spaces[.counsellor])
    journal = try await cast.count("SELECT count(*) FROM ohjaustila.journal WHERE space_id = \(space)")
    try await store.accesses.flush()
    staff = try await cast.count(
      "SELECT count(*) FROM ohjaustila.staff_member WHERE organisation_id = \(cast.organisation.id)")
    history = try await cast.count(
      "SELECT count(*) FROM ohjaustila.staff_history WHERE organisation_id = \(cast.organisation.id)")
    looks = try await cast.count("SELECT count(*) FROM ohjaustila.access_entry WHERE space_id = \(space)")
  }

  /// One file of the customer's that waits for the scanner, and one that it refused.
  private static func quarantine(in space: ID<Space>, _ cast: Cast) async throws {
    try await cast.alter(
      """
      INSERT INTO ohjaustila.quarantined_file
        (space_id, id, participant_id, upload_id, received_at, header, due_at, is_refused, reason, size)
      SELECT p.space_id, gen_random_uuid(), p.id, gen_random_uuid(), p.added_at, '', p.added_at, refused,
        CASE WHEN refused THEN 'x' END, 0
      FROM ohjaustila.participant p CROSS JOIN unnest(ARRAY[false, true]) AS refused
      WHERE p.space_id = \(space) AND p.role = 'customer'
      """)
  }

  /// The table of who sees how many rows.
  func expected(_ principal: Principal) -> [String: Int] {
    let exists = state != .erased
    let toStaff = state == .active || state == .reactivatable
    let feedback = state == .active ? 0 : 1
    let content = [
      "my_space": 1, "space": 1, "space_secret": 1, "participant": 2, "message": 2, "file": 1, "file_chunk": 1,
      "upload": 1, "feedback": feedback, "journal": journal, "quarantined_file": 1,
    ]
    let member = ["staff_account": 1, "staff_member": 1, "my_organisation": 1]
    // A row of my_space reveals to its owner that they are in a space of this identifier: nothing else.
    let place = exists ? ["my_space": 1] : [:]
    switch principal {
    case .nobody, .stranger: return [:]
    case .customer:
      let own = [
        "person": 1, "access_entry": looks, "archive_edition": 1, "archive_link": 1, "archive_taken": 1,
        "resumable_upload": 1, "quarantined_file": 2,
      ]
      return exists ? content.merging(own) { $1 } : [:]
    // The current space is another's: content follows it, the envelope and people are those of the own space.
    case .otherCustomer:
      return exists ? ["my_space": 1, "space": 1, "space_secret": 1, "participant": 2, "person": 1] : [:]
    case .counsellor: return member.merging(toStaff ? content : place) { $1 }
    case .colleague: return member
    case .uncommitted: return member.merging(place) { $1 }
    case .dismissed: return ["staff_account": 1]
    case .admin:
      return [
        "staff_account": 1, "staff_member": staff, "my_organisation": 1, "space": toStaff ? 3 : 0,
        "staff_history": history, "tombstone": state == .erased ? 3 : 0,
      ]
    case .otherAdmin: return member.merging(["staff_history": 1]) { $1 }
    }
  }

  /// How many rows a bare SELECT gives, by table; tables that may not be read are left out.
  func visible(to principal: Principal) async throws -> [String: Int] {
    let stating = stating(principal)
    return try await Connection.run(configuration) { connection in
      _ = try connection.pipeline([stating])
      var seen: [String: Int] = [:]
      for table in try Self.tables(connection) {
        do {
          seen[table] = try connection.pipeline(["SELECT count(*) FROM ohjaustila.\(identifier: table)"])[0]
            .exactlyOne().get(0)
        } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {}
      }
      return seen
    }
  }

  /// Changes and deletes whatever the role's privileges allow, without conditions: never more than can be seen.
  func changes(asMuchAs seen: [String: Int], as principal: Principal) async throws {
    let stating = stating(principal)
    let touched = try await Connection.run(configuration) { connection in
      _ = try connection.pipeline([stating])
      var touched: [(String, Int)] = []
      for (table, column) in try Self.changeable(connection) where Self.openTables[table] == nil {
        let (name, cell): (Query, Query) = ("ohjaustila.\(identifier: table)", "\(identifier: column)")
        touched.append((table, try Self.undone("UPDATE \(name) SET \(cell) = \(cell)", connection)))
      }
      for table in ["upload", "archive_edition", "archive_link", "resumable_upload"] {
        touched.append((table, try Self.undone("DELETE FROM ohjaustila.\(identifier: table)", connection)))
      }
      return touched
    }
    #expect(touched.count > 20)
    for (table, rows) in touched { #expect(rows == seen[table], "\(principal) \(state) \(table)") }
  }

  private var configuration: ConnectionConfiguration {
    ConnectionConfiguration(url: cast.installation.url(RoleNames.standard.service))
  }

  private func stating(_ principal: Principal) -> Query {
    let own = spaces[principal] ?? spaces[.counsellor]
    return """
      SELECT set_config('ohj.principal', \(people[principal].map { "\($0)" } ?? ""), false),
        set_config('ohj.space', \(own.map { "\($0)" } ?? ""), false),
        set_config('ohj.shift', coalesce((SELECT shift::text FROM ohjaustila.dev_clock), ''), false)
      """
  }

  /// What a session of a principal says of itself: who it is, and which space it is about.
  func settings(_ principal: Principal) -> (principal: String, space: String) {
    let own = spaces[principal] ?? spaces[.counsellor]
    return (people[principal].map { "\($0)" } ?? "", own.map { "\($0)" } ?? "")
  }

  private static func tables(_ connection: Connection) throws -> [String] {
    try connection.pipeline([
      """
      SELECT relname::text FROM pg_class
      WHERE relnamespace = 'ohjaustila'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname
      """
    ])[0].map { try $0.get(0) }
  }

  private static func changeable(_ connection: Connection) throws -> [(String, String)] {
    try connection.pipeline([
      """
      SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'ohjaustila'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
        AND has_column_privilege(c.oid, a.attnum, 'UPDATE')
      """
    ])[0].map { (try $0.get(0), try $0.get(1)) }
  }

  private static func undone(_ change: Query, _ connection: Connection) throws -> Int {
    let affected = try connection.pipeline(["BEGIN", change])[1].affected
    _ = try connection.pipeline(["ROLLBACK"])
    return affected
  }
}
