import Guidance
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// Who opened a space, as the customer gets it, and what staff get while it can't be written down.
@Suite struct AccessLogTests {
  @Test func theCustomerGetsWhoOpenedTheSpace() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      _ = try await service.send(.get, scene.path + "/messages", as: scene.counsellor())
      let customer = try await scene.customer()
      let answer = try await service.send(.get, scene.path + "/access-log?limit=1", as: customer)
      let look = try #require(answer.items.first)
      #expect(answer.status == .ok && answer.items.count == 1)
      #expect(look["role"] == .string("counsellor") && look["what"] == .string("messages"))
      #expect(look["outcome"] == .string("shown") && look["participantId"] != nil && look["at"] != nil)
      for hidden in ["principal", "address", "requestId", "name"] { #expect(look[hidden] == nil, "\(hidden)") }
      for token in [try await scene.counsellor(), try await scene.admin()] {
        let refused = try await service.send(.get, scene.path + "/access-log", as: token)
        #expect(refused.problem == "forbidden" && refused["reason"] == .string("role"))
      }
      let space = try await service.send(.get, scene.path, as: customer)
      #expect(space.text.contains("readAccessLog"))
    }
  }

  @Test func requestIdentifiersOfStaffAreKept() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let headers: HTTPFields = [.requestID: "trace-7"]
      for token in [try await scene.counsellor(), try await scene.customer()] {
        _ = try await service.send(.get, scene.path + "/messages", as: token, headers: headers)
      }
      await service.store.close()
      let kept = try await service.installation.asAdmin(
        "SELECT role || coalesce(' ' || request_id, '') FROM ohjaustila.access_entry WHERE what = 'messages' ORDER BY 1"
      ) { try $0.get(0, as: String.self) }
      #expect(kept == ["counsellor trace-7", "customer"])
    }
  }

  @Test func whatCannotBeLoggedIsNotShownToStaff() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      func administer(_ query: Query) async throws { _ = try await service.installation.asAdmin(query) { _ in } }
      try await administer("REVOKE INSERT ON ohjaustila.access_batch FROM ohjaustila_service")
      let refused = try await service.send(.get, scene.path + "/messages", as: scene.counsellor())
      #expect(refused.status == .serviceUnavailable && refused.problem == "unavailable")
      #expect(refused.headers[.retryAfter] == "2" && refused.string("detail").contains("access log"))
      #expect(try await service.send(.get, scene.path + "/messages", as: scene.customer()).status == .ok)
    }
  }

  @Test func policiesSayHowLongLogsAreKept() async throws {
    try await TestService.with { service in
      let policy = try await service.send(.get, "/v1/policies/ohjaustila")
      #expect(policy.string("journal", "kept") == "P60M" && policy.string("accessLog", "kept") == "P24M")
      #expect(policy.text.contains(#""shownToCustomer":true"#))
    }
  }
}
