import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// A person under a non-disclosure order gets the same notices, without any name.
@Suite struct NonDisclosureTests {
  /// The order comes with a token and is kept from then on; only a token that knows the person well ends it.
  @Test func theOrderIsKeptAsTheRegisterSaysIt() async throws {
    try await Cast.with { cast in
      _ = try await cast.openSpace(customers: [Cast.reachable()])
      func recorded() async throws -> [Bool] {
        try await cast.installation.asAdmin("SELECT non_disclosure FROM ohjaustila.person") { try $0.get(0) }
      }
      #expect(try await recorded() == [false])
      _ = try await cast.hiddenCustomer()
      #expect(try await recorded() == [true])
      _ = try await cast.hiddenCustomer(false, hetu: false)
      #expect(try await recorded() == [true])
      _ = try await cast.hiddenCustomer(false)
      #expect(try await recorded() == [false])
    }
  }

  /// The archive is for who has signed in and asked for it, and says whose it is; no address is in it.
  @Test func theArchiveNamesTheOrganisationAndNoAddress() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: [Cast.reachable(), Cast.invited(1)]).space.id
      let hidden = try await cast.hiddenCustomer()
      _ = try await cast.store.enter(space, invitation: nil, by: hidden)
      for customer in [hidden, try await cast.customer(1)] {
        let archive = try await cast.store.archive(of: space, for: customer)
        for document in ArchiveRendering.documents {
          var bytes: [UInt8] = []
          try await archive.parts.content.rendering.render(document) {
            bytes += $0
            return true
          }
          let text = String(decoding: bytes, as: UTF8.self)
          #expect(text.contains("TE-palvelut") && !text.contains("@example.fi"))
        }
      }
    }
  }

  @Test func noMailNamesTheOrganisationWhileTheOrderStands() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let space = try await office.openSpace().space.id
      _ = try await cast.store.enter(space, invitation: nil, by: try await cast.hiddenCustomer())
      _ = try await cast.store.close(space, reason: nil, by: cast.counsellor)
      let hidden = try await office.deliver()
      #expect(hidden.count == 1 && !hidden[0].text.contains("TE-palvelut") && !hidden[0].html.contains("TE-palvelut"))
      _ = try await cast.store.reactivate(space, by: cast.counsellor)
      _ = try await cast.hiddenCustomer(false)
      _ = try await cast.store.close(space, reason: nil, by: cast.counsellor)
      let named = try await office.deliver()
      #expect(named.count == 1 && named[0].text.contains("TE-palvelut"))
    }
  }
}
