import Guidance
import Lifecycle
import Postgres
import TestSupport
import Testing

@Suite struct SmokeTests {
  @Test func aSpaceLivesItsLife() async throws {
    try await TestInstallation.with { installation in
      let store = installation.store
      let op = Identity(issuer: "test", subject: "operator", vouchesForStaff: true, vouchesForCustomers: true, isOperator: true)
      let org = try await store.createOrganisation(
        OrganisationDraft(name: "TE-palvelut", businessID: nil, language: .finnish, controllerName: nil, controllerContact: nil, privacyNotice: nil, staffIssuer: nil,
          admins: [StaffAppointment(subject: "admin", name: "Aino Admin", email: nil, roles: [.admin], commitmentSignedOn: nil)]),
        by: try await store.caller(op))
      let admin = try await store.caller(Identity(issuer: "test", subject: "admin", vouchesForStaff: true, vouchesForCustomers: true))
      _ = try await store.appoint(
        StaffAppointment(subject: "olli", name: "Olli Ohjaaja", email: nil, roles: [.counsellor], commitmentSignedOn: CivilDate(year: 2026, month: 1, day: 2)),
        to: org.id, by: admin)
      let counsellor = try await store.caller(Identity(issuer: "test", subject: "olli", vouchesForStaff: true, vouchesForCustomers: true))
      let hetu = try PersonalIdentityCode("010594Y9032")
      let space = try await store.openSpace(
        SpaceDraft(organisation: org.id, title: "Työnhaku", language: nil, topics: ["opiskelu"],
          customers: [.init(personalIdentityCode: hetu, email: EmailAddress("a@b.fi"), name: "Maija")]), by: counsellor)
      print(space)
      let customer = try await store.caller(
        Identity(issuer: "test", subject: "maija", personalIdentityCode: hetu, authenticatedAt: store.clock.now, vouchesForStaff: true, vouchesForCustomers: true))
      let entered = try await store.enter(space.space.id, invitation: nil, by: customer)
      print(entered.state)
      _ = try await store.postMessage("Hei!", to: space.space.id, by: customer)
      _ = try await store.postMessage("Moi!", to: space.space.id, by: counsellor)
      let body = AsyncStream<[UInt8]> { continuation in
        for _ in 0..<40 { continuation.yield([UInt8](repeating: 7, count: 100_000)) }
        continuation.finish()
      }
      let file = try await store.upload(UploadDraft(name: "CV.pdf", contentType: "application/pdf", announcedSize: 4_000_000), to: space.space.id, by: customer, body: body)
      #expect(file.size == 4_000_000)
      let closed = try await store.close(space.space.id, reason: nil, by: counsellor)
      #expect(closed.state == .reactivatable)
      let report = try await installation.advance(to: closed.space.timeline.archivesAt)
      print(report)
      await #expect(throws: Refusal.notFound) { try await store.space(space.space.id, for: counsellor) }
      let archive = try await store.archive(of: space.space.id, for: customer)
      var count = 0
      try await archive.send { count += $0.count }
      #expect(UInt64(count) == archive.length)
      print(try await installation.advance(to: closed.space.timeline.erasesAt))
      await #expect(throws: Refusal.notFound) { try await store.space(space.space.id, for: customer) }
      let left = try await installation.asAdmin("SELECT (SELECT count(*) FROM ohjaustila.file_chunk) + (SELECT count(*) FROM ohjaustila.person) + (SELECT count(*) FROM ohjaustila.message)") { try $0.get(0, as: Int.self) }
      #expect(left == [0])
    }
  }
}
