import Guidance
import Lifecycle
import Postgres
import TestSupport
import Testing

/// An installation that sends to a recording mail server.
struct PostOffice: Sendable {
  let cast: Cast
  let transport: RecordingTransport
  let settings: NoticeSettings

  static let settings = NoticeSettings(baseURL: "https://ohjaus.example.fi", domain: "ohjaus.example.fi")

  init(_ cast: Cast, _ transport: RecordingTransport = .init(), settings: NoticeSettings = settings) {
    (self.cast, self.transport, self.settings) = (cast, transport, settings)
  }

  var sender: NoticeSender { NoticeSender(store: cast.store, transport: transport, settings: settings) }

  /// Sends what is due, and says what was accepted meanwhile.
  @discardableResult
  func deliver() async throws -> [OutgoingMail] {
    let before = transport.accepted.count
    _ = try await sender.deliverDue()
    return Array(transport.accepted.dropFirst(before))
  }

  /// Opens a space whose first customer has an address, and lets the invitation go.
  func openSpace(_ number: Int = 0) async throws -> SpaceView {
    let view = try await cast.openSpace(customers: [try Cast.reachable(number)])
    try await deliver()
    return view
  }

  /// Rows that wait, of any kind.
  func waiting() async throws -> Int {
    let counts = try await cast.store.noticeCounts()
    return counts.planned + counts.waiting + counts.dead
  }
}

extension Cast {
  /// The numbered customer, by personal identity code and with an address.
  static func reachable(_ number: Int = 0) throws -> SpaceDraft.Customer {
    .init(
      personalIdentityCode: try PersonalIdentityCode(hetus[number]), email: EmailAddress("asiakas\(number)@example.fi"),
      name: nil)
  }

  /// Gives the counsellor an address.
  func giveCounsellorAddress() async throws {
    _ = try await store.appoint(
      StaffAppointment(
        subject: "olli", name: "Olli", email: EmailAddress("olli@example.fi"), roles: [.counsellor],
        commitmentSignedOn: CivilDate(year: 2026, month: 1, day: 2)), to: organisation.id, by: admin)
  }

  /// Moves the clock on and sweeps.
  func advance(by duration: Duration) async throws {
    try await installation.advance(to: store.clock.now + duration)
  }

  /// Moves the clock to where the space is to close in less than two weeks.
  func advanceToWarning(of space: ID<Space>) async throws {
    try await installation.advance(to: try await timeline(of: space).closes - .seconds(13 * 86_400))
  }

  /// The kinds of a space's journal, after its chain was followed.
  func journal(of space: ID<Space>) async throws -> [String] {
    try await Chain.verify(space, in: installation).kinds
  }
}

extension OutgoingMail {
  var address: String { to.text }
}
