import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// Erasure by decision (GDPR 17), of a whole space and of one customer of several.
@Suite struct ErasureDecisionTests {
  @Test func aSpaceIsGoneAtOnceAndThenDestroyed() async throws {
    try await Cast.with { cast in
      let (space, officer) = (try await cast.space(), try await cast.officer())
      let customer = try await cast.customer()
      _ = try await cast.store.postMessage("Hei", to: space, by: customer)
      let key = RequestKey(key: "k", method: "POST", path: "/erasure", body: [1])
      let last = try await cast.store.erase(space, by: officer, request: key)
      #expect(last.state == .erased && last.title == nil)
      for caller in [officer, customer, cast.counsellor, cast.admin] {
        #expect(try await cast.attempt(.read, on: space, by: caller) == .notFound)
      }
      await #expect(throws: Refusal.notFound) { try await cast.store.erase(space, by: officer, request: key) }
      let report = try await cast.store.sweep()
      #expect(report.destroyed == 1 && report.peopleErased == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space_secret") == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.message") == 0)
      let kinds = try await Chain(of: space, in: cast.installation).kinds
      #expect(kinds.suffix(3) == ["erasureDecided", "crossed", "destroyed"])
      #expect(try await cast.store.verifyJournals().firstBreak == nil)
    }
  }

  @Test func whatKeepsContentIsNamed() async throws {
    try await Cast.with { cast in
      let (space, officer) = (try await cast.space(), try await cast.officer())
      let (lastDay, customer) = (cast.today.adding(days: 3), try await cast.participation(0, in: space))
      try await cast.hold(space, through: lastDay)
      let one = ParticipantErasure(participant: customer, messages: true, files: true)
      let stands = Refusal.holdStands(reason: "legalClaim", until: lastDay)
      await #expect(throws: stands) { try await cast.store.erase(space, by: officer) }
      await #expect(throws: stands) { try await cast.store.erase(one, of: space, by: officer) }
      // A proposal has no effect, and a hold that is over none any more.
      try await cast.installation.advance(to: cast.store.zone.endOfDay(lastDay))
      _ = try await cast.store.placeHold(
        on: space, reason: "legalClaim", through: cast.today.adding(days: 9), by: officer)
      #expect(try await cast.store.erase(space, by: officer).state == .erased)
    }
  }

  @Test func oneOfSeveralIsErased() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
      let (officer, gone, stays) = (try await cast.officer(), try await cast.customer(0), try await cast.customer(1))
      for customer in [gone, stays] {
        _ = try await cast.store.postMessage("Salaisuus", to: space, by: customer)
        try await cast.upload([1, 2, 3], to: space, by: customer)
      }
      _ = try await cast.store.postMessage("Moi", to: space, by: cast.counsellor)
      _ = try await cast.store.close(space, reason: nil, by: cast.counsellor)
      _ = try await cast.store.giveFeedback(rating: 1, text: "Kiitos", on: space, by: gone)
      let erasure = ParticipantErasure(
        participant: try await cast.participation(0, in: space), messages: true, files: true)
      let before = try await cast.stored(space).timeline
      let key = RequestKey(key: "k", method: "POST", path: "/erasure", body: [1])
      _ = try await cast.store.erase(erasure, of: space, by: officer, request: key)
      #expect(try await cast.store.erase(erasure, of: space, by: officer, request: key).space.state == .reactivatable)
      #expect(try await cast.stored(space).timeline == before)
      #expect(try await cast.attempt(.read, on: space, by: gone) == .notFound)

      let messages = try await cast.store.messages(of: space, PageRequest(), for: stays).items
      #expect(messages.map(\.number) == [1, 2, 3] && messages.map(\.text) == [nil, "Salaisuus", "Moi"])
      #expect(messages[0].removedAt != nil && messages[0].sender.name == nil && messages[1].removedAt == nil)
      #expect(try await cast.store.files(of: space, PageRequest(), for: stays).items.count == 1)
      let report = try await cast.store.sweep()
      #expect(report.peopleErased == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 1)
      for table in ["upload", "feedback"] {
        #expect(try await cast.count("SELECT count(*) FROM ohjaustila.\(identifier: table)") == 0)
      }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person") == 1)
      #expect(
        try await cast.count(
          """
          SELECT count(*) FROM ohjaustila.participant WHERE erased_at IS NOT NULL AND name IS NULL AND email IS NULL
            AND person_id IS NULL AND last_authenticated_at IS NULL
          """) == 1)
      let kinds = try await Chain.verify(space, in: cast.installation).kinds
      #expect(kinds.count { $0 == "participantErased" } == 1)
      try await Self.checkArchive(of: space, for: try await cast.customer(1), cast)
    }
  }

  /// The archive that stays says that something was removed, in its place.
  private static func checkArchive(of space: ID<Space>, for customer: Caller, _ cast: Cast) async throws {
    let archive = try await cast.store.archive(of: space, for: customer)
    var (index, json) = ([UInt8](), [UInt8]())
    try await archive.parts.content.rendering.render(.index) {
      index += $0
      return true
    }
    try await archive.parts.content.rendering.render(.space) {
      json += $0
      return true
    }
    let (page, data) = (String(decoding: index, as: UTF8.self), String(decoding: json, as: UTF8.self))
    #expect(page.contains("Tämä viesti on poistettu tietosuojavastaavan päätöksellä."))
    #expect(page.contains("Asiakkaan tietoja poistettiin"))
    #expect(data.contains("\"contentRemoved\"") && data.contains("\"fileCount\":1"))
    #expect(data.components(separatedBy: "Salaisuus").count == 2 && archive.parts.content.files.count == 1)
  }

  /// The identity alone: what was written stays, from nobody; the person who is elsewhere too stays a person.
  @Test func whatIsNotDecidedStays() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
      let other = try await cast.space()
      let (officer, customer) = (try await cast.officer(), try await cast.customer(0))
      _ = try await cast.store.enter(space, invitation: nil, by: try await cast.customer(1))
      _ = try await cast.store.postMessage("Hei", to: space, by: customer)
      try await cast.upload([1], to: space, by: customer)
      let participant = try await cast.participation(0, in: space)
      let only = ParticipantErasure(participant: participant, messages: false, files: false)
      _ = try await cast.store.erase(only, of: space, by: officer)
      let messages = try await cast.store.messages(of: space, PageRequest(), for: cast.counsellor).items
      #expect(messages.map(\.text) == ["Hei"] && messages[0].sender.name == nil)
      #expect(try await cast.store.sweep().peopleErased == 0)
      #expect(try await cast.attempt(.read, on: other, by: customer) == .done)
      // Decided later, the rest goes too.
      let rest = ParticipantErasure(participant: participant, messages: true, files: true)
      _ = try await cast.store.erase(rest, of: space, by: officer)
      #expect(try await cast.store.messages(of: space, PageRequest(), for: cast.counsellor).items[0].text == nil)
      #expect(try await cast.store.files(of: space, PageRequest(), for: cast.counsellor).items.isEmpty)
    }
  }

  /// Who comes back after their identity was erased is somebody new; the answer names what was left from nobody, until
  /// that is decided about as well.
  @Test func whoComesBackIsSomebodyNew() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
      let (officer, customer) = (try await cast.officer(), try await cast.customer(0))
      _ = try await cast.store.enter(space, invitation: nil, by: try await cast.customer(1))
      _ = try await cast.store.postMessage("Ensin", to: space, by: customer)
      let first = try await cast.participation(0, in: space)
      let erase = { (place: ID<Participation>, all: Bool, request: RequestKey?) in
        let erasure = ParticipantErasure(participant: place, messages: all, files: all)
        return try await cast.store.erase(erasure, of: space, by: officer, request: request).namelessPlaces
      }
      #expect(try await erase(first, false, nil) == [first])
      _ = try await cast.store.invite(Cast.invited(0), to: space, by: cast.counsellor)
      let again = try await cast.customer(0)
      _ = try await cast.store.postMessage("Sitten", to: space, by: again)
      try await cast.upload([1], to: space, by: again)
      let second = try await cast.participation(0, in: space)
      let key = RequestKey(key: "k", method: "POST", path: "/erasure", body: [1])
      // A repetition answers the same.
      for _ in 0..<2 { #expect(try await erase(second, true, key) == [first]) }
      let texts = {
        try await cast.store.messages(of: space, PageRequest(), for: cast.counsellor).items.map(\.text)
      }
      #expect(try await texts() == ["Ensin", nil])
      #expect(try await erase(first, true, nil) == [])
      #expect(try await texts() == [nil, nil])
    }
  }

  /// A file is content as well, in quarantine too.
  @Test(arguments: [false, true]) func aFileFromNobodyIsNamed(_ scans: Bool) async throws {
    var options = GuidanceStore.Options()
    options.scansFiles = scans
    try await Cast.with(options: options) { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)]).space.id
      let (officer, customer) = (try await cast.officer(), try await cast.customer(0))
      _ = try await cast.store.enter(space, invitation: nil, by: try await cast.customer(1))
      let draft = UploadDraft(name: "a", contentType: "text/plain", announcedSize: 1)
      _ = try await cast.store.upload(draft, to: space, by: customer, body: Cast.body([1]))
      let place = try await cast.participation(0, in: space)
      for files in [false, true] {
        let erasure = ParticipantErasure(participant: place, messages: false, files: files)
        let left = try await cast.store.erase(erasure, of: space, by: officer).namelessPlaces
        #expect(left == (files ? [] : [place]))
      }
    }
  }

  @Test func onlyOneOfSeveral() async throws {
    try await Cast.with { cast in
      let (space, officer) = (try await cast.space(), try await cast.officer())
      let only = try await cast.participation(0, in: space)
      let erase = { (participant: ID<Participation>) in
        let erasure = ParticipantErasure(participant: participant, messages: false, files: false)
        _ = try await cast.store.erase(erasure, of: space, by: officer)
      }
      await #expect(throws: Refusal.lastOne("the only customer of a space is erased with the whole space")) {
        try await erase(only)
      }
      let counsellor = try await cast.installation.asAdmin(
        "SELECT id FROM ohjaustila.participant WHERE role = 'counsellor'"
      ) { try $0.get(0, as: ID<Participation>.self) }
      for participant in counsellor + [.make()] {
        await #expect(throws: Refusal.invalid(field: "/participant", rule: "is a customer of this space")) {
          try await erase(participant)
        }
      }
    }
  }

  /// An invitation that nobody has used is no other customer to who has entered; between two of them there is no matter.
  @Test func anUnusedInvitationIsNobody() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let space = try await cast.openSpace(
        customers: [Cast.invited(0), Cast.invited(1), Cast.invited(2), Cast.invited(email: "a@b.fi")]
      ).space.id
      let erase = { (number: Int) in
        let place = try await cast.participation(number, in: space)
        let erasure = ParticipantErasure(participant: place, messages: true, files: true)
        _ = try await cast.store.erase(erasure, of: space, by: officer)
      }
      try await erase(2)
      _ = try await cast.store.postMessage("Hei", to: space, by: try await cast.customer(0))
      let last = Refusal.lastOne("the only customer of a space is erased with the whole space")
      await #expect(throws: last) { try await erase(0) }
      try await erase(1)
      _ = try await cast.store.enter(space, invitation: try await cast.newestCode(), by: try await cast.visitor())
      try await erase(0)
      let visitor = try await cast.visitor()
      #expect(try await cast.store.messages(of: space, PageRequest(), for: visitor).items.map(\.text) == [nil])
    }
  }

  /// Somebody with psql and the officers' login role, but of another organisation.
  @Test func narrowFunctionsAskWhoCalls() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let participant = try await cast.participation(0, in: space)
      for caller in [cast.admin, cast.counsellor] {
        let refused = try await Connection.run(
          ConnectionConfiguration(url: cast.installation.url(RoleNames.standard.dpo))
        ) { connection in
          _ = try connection.pipeline([
            "SELECT set_config('ohj.principal', \(caller.uuid.map { "\($0)" }), false)",
            "SELECT set_config('ohj.space', \(space.description), false)",
          ])
          let calls: [Query] = [
            """
            SELECT ohjaustila.erase_participant(\(space), \(participant), true, true, ohjaustila.instant_now())
            """,
            "SELECT ohjaustila.search_data_subject(\(space), '\\x00')",
          ]
          return calls.count { call in
            do {
              _ = try connection.pipeline([call])
              return false
            } catch {
              return (error as? PostgresError)?.sqlState == .notAllowed
            }
          }
        }
        #expect(refused == 2)
      }
    }
  }
}

extension Cast {
  /// The place of the numbered customer in a space, in the order of joining.
  func participation(_ number: Int, in space: ID<Space>) async throws -> ID<Participation> {
    let digest = Bytea(
      store.keys.blindIndex.digest(try PersonalIdentityCode(Self.hetus[number]).text, kind: .hetu))
    return try #require(
      try await installation.asAdmin(
        """
        SELECT p.id FROM ohjaustila.participant p JOIN ohjaustila.person n ON n.id = p.person_id
        WHERE p.space_id = \(space) AND n.hetu_index = \(digest)
        """
      ) { try $0.get(0, as: ID<Participation>.self) }.first)
  }
}
