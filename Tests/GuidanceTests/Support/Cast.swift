import Foundation
import Guidance
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

/// The people of a test: an organisation with an admin and counsellors, customers, and those who have no business here.
struct Cast: Sendable {
  let installation: TestInstallation
  let organisation: Organisation
  let otherOrganisation: Organisation
  let `operator`: Caller
  let admin: Caller
  let counsellor: Caller
  /// On the same staff, in none of the counsellor's spaces.
  let colleague: Caller
  let otherAdmin: Caller

  var store: GuidanceStore { installation.store }

  /// Fictitious personal identity codes, published for testing (domain.md).
  static let hetus = ["010594Y9032", "020594X903P", "030594W903B", "010516B903X", "030516D9037", "020503F9037"]

  /// Runs a test with people on an installation of its own.
  static func with<R>(
    options: GuidanceStore.Options = .init(), connections: Int = 4, policies: Policies? = nil, keys: KeyRing? = nil,
    _ body: (Cast) async throws -> R
  ) async throws -> R {
    try await TestInstallation.with(options: options, connections: connections, policies: policies, keys: keys) {
      try await body(Cast($0))
    }
  }

  init(_ installation: TestInstallation) async throws {
    self.installation = installation
    let store = installation.store
    `operator` = try await store.caller(Self.staff("operator", isOperator: true))
    organisation = try await store.createOrganisation(Self.draft("TE-palvelut", admin: "aino"), by: `operator`)
    otherOrganisation = try await store.createOrganisation(Self.draft("Toinen", admin: "toini"), by: `operator`)
    admin = try await store.caller(Self.staff("aino"))
    otherAdmin = try await store.caller(Self.staff("toini"))
    for subject in ["olli", "kaisa"] {
      _ = try await store.appoint(Self.appointment(subject), to: organisation.id, by: admin)
    }
    counsellor = try await store.caller(Self.staff("olli"))
    colleague = try await store.caller(Self.staff("kaisa"))
  }

  /// A data protection officer of the organisation, appointed now.
  func officer(_ subject: String = "tiina") async throws -> Caller {
    let appointment = Self.appointment(subject, roles: [.dataProtectionOfficer], committed: nil)
    _ = try await store.appoint(appointment, to: organisation.id, by: admin)
    return try await store.caller(Self.staff(subject))
  }

  static func staff(_ subject: String, isOperator: Bool = false) -> Identity {
    Identity(
      issuer: "test", subject: subject, vouchesForStaff: true, vouchesForCustomers: true, isOperator: isOperator)
  }

  static func appointment(
    _ subject: String, roles: [StaffRole] = [.counsellor],
    committed: CivilDate? = CivilDate(year: 2026, month: 1, day: 2)
  ) -> StaffAppointment {
    StaffAppointment(
      subject: subject, name: subject.capitalized, email: nil, roles: roles, commitmentSignedOn: committed)
  }

  static func draft(_ name: String, admin: String) -> OrganisationDraft {
    OrganisationDraft(
      name: name, businessID: nil, language: .finnish, controllerName: nil, controllerContact: nil,
      privacyNotice: nil, staffIssuer: nil, admins: [appointment(admin, roles: [.admin], committed: nil)])
  }
}

// MARK: - Customers

extension Cast {
  /// The customer with the numbered personal identity code, who authenticated just now (or never, or at `at`).
  func customer(_ number: Int = 0, at: Instant? = nil) async throws -> Caller {
    try await store.caller(
      Identity(
        issuer: "suomi.fi", subject: "customer-\(number)", name: "Asiakas \(number)",
        personalIdentityCode: PersonalIdentityCode(Self.hetus[number]), authenticatedAt: at ?? store.clock.now,
        vouchesForStaff: false, vouchesForCustomers: true))
  }

  /// Somebody signed in without a personal identity code (eIDAS), who may hold an invitation's code.
  func visitor(_ subject: String = "visitor") async throws -> Caller {
    try await store.caller(
      Identity(
        issuer: "suomi.fi", subject: subject, name: "Vieras", authenticatedAt: store.clock.now,
        vouchesForStaff: false, vouchesForCustomers: true))
  }

  static func invited(_ number: Int) throws -> SpaceDraft.Customer {
    .init(personalIdentityCode: try PersonalIdentityCode(hetus[number]), email: nil, name: nil)
  }

  static func invited(email: String) -> SpaceDraft.Customer {
    .init(personalIdentityCode: nil, email: EmailAddress(email), name: nil)
  }
}

// MARK: - Spaces

extension Cast {
  /// Opens a space for the first customer, unless others are named.
  func openSpace(
    title: String = "Työnhaku", customers: [SpaceDraft.Customer]? = nil, by caller: Caller? = nil,
    request: RequestKey? = nil
  ) async throws -> SpaceView {
    try await store.openSpace(
      SpaceDraft(
        organisation: organisation.id, title: title, language: nil, topics: ["opiskelu"],
        customers: customers ?? [Self.invited(0)]), by: caller ?? counsellor, request: request)
  }

  /// A new space's identifier.
  func space(by caller: Caller? = nil) async throws -> ID<Space> {
    try await openSpace(by: caller).space.id
  }

  /// The code of the newest invitation that was sent.
  func newestCode() async throws -> String {
    try #require(try await store.developmentOutbox().last { $0.invitation != nil }?.invitation)
  }

  /// The timeline as stored, seen by the superuser.
  func timeline(of space: ID<Space>) async throws -> (closes: Instant, archives: Instant, erases: Instant) {
    let rows = try await installation.asAdmin(
      "SELECT closes_at, archives_at, erases_at FROM ohjaustila.space WHERE id = \(space)"
    ) { (try $0.get(0, as: Instant.self), try $0.get(1, as: Instant.self), try $0.get(2, as: Instant.self)) }
    let (closes, archives, erases) = try #require(rows.first)
    return (closes, archives, erases)
  }

  /// Brings a space into a state by time alone, with the sweeps on the way.
  func bring(_ space: ID<Space>, to state: State) async throws {
    let timeline = try await timeline(of: space)
    switch state {
    case .active, .closed: break
    case .reactivatable: try await installation.advance(to: timeline.closes)
    case .archived: try await installation.advance(to: timeline.archives)
    case .erased: try await installation.advance(to: timeline.erases)
    }
  }

  /// Uploads a file of the given bytes.
  @discardableResult
  func upload(
    _ bytes: [UInt8], named name: String = "cv.pdf", to space: ID<Space>, by caller: Caller, pieces: Int = 60_000
  ) async throws -> File {
    let draft = UploadDraft(name: name, contentType: "application/pdf", announcedSize: bytes.count)
    let received = try await store.upload(draft, to: space, by: caller, body: Self.body(bytes, pieces: pieces))
    guard case .published(let file) = received else { throw Unpublished() }
    return file
  }

  /// The file waits for a scanner, where a test wants a file.
  struct Unpublished: Error {}

  /// Bytes as they come over the wire.
  static func body(_ bytes: [UInt8], pieces: Int = 60_000) -> AsyncStream<[UInt8]> {
    AsyncStream { continuation in
      for start in stride(from: 0, to: bytes.count, by: pieces) {
        continuation.yield(Array(bytes[start..<min(start + pieces, bytes.count)]))
      }
      continuation.finish()
    }
  }

  /// One number, asked for as the superuser.
  func count(_ query: Query) async throws -> Int {
    try await installation.asAdmin(query) { try $0.get(0, as: Int.self) }.first ?? 0
  }

  /// Runs a statement as the superuser.
  func alter(_ query: Query) async throws {
    _ = try await installation.asAdmin(query) { _ in }
  }
}
