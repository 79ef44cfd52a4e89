import Guidance
import HTTPTypes
import Testing

@testable import HTTPAPI

/// What operators see of mails that were given up.
@Suite struct NoticeRouteTests {
  /// Refuses everything.
  private struct RefusingTransport: MailTransport {
    func deliver(_ mail: OutgoingMail) async -> DeliveryOutcome { .refused(reason: "5.1.1") }
  }

  @Test func operatorsSeeDeadLettersWithoutPeople() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let sender = NoticeSender(
        store: service.store, transport: RefusingTransport(),
        settings: NoticeSettings(baseURL: "https://ohjaus.example.fi", domain: "ohjaus.example.fi"))
      let token = try await scene.operator()
      #expect(try await service.send(.get, "/v1/notices", as: token).items.isEmpty)
      #expect(try await sender.deliverDue().dead == 1)
      let list = try await service.send(.get, "/v1/notices?state=dead", as: token)
      #expect(list.items.count == 1 && !list.text.contains("example.fi"))
      #expect(list.items[0]["kind"] == .string("invitation") && list.items[0]["reason"] == .string("5.1.1"))
      #expect(list.items[0]["spaceId"] == .string(scene.space) && list.items[0]["attempts"] == .number("1"))
    }
  }

  @Test func nobodyElseSeesThem() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      for token in [try await scene.admin(), try await scene.counsellor(), try await scene.customer()] {
        #expect(try await service.send(.get, "/v1/notices", as: token).problem == "forbidden")
      }
      let refused = try await service.send(.get, "/v1/notices?state=sent", as: scene.operator())
      #expect(refused.status != .ok && refused.status.kind == .clientError)
    }
  }
}
