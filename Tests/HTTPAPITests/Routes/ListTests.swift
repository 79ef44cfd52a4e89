import HTTPTypes
import Testing

@testable import HTTPAPI

/// Pages, and the way from one to the next.
@Suite struct ListTests {
  /// Follows `Link` to the end and says what every page had.
  private func walk(_ path: String, _ service: TestService, as token: String) async throws -> [[JSONValue]] {
    var pages: [[JSONValue]] = []
    var next: String? = path
    while let address = next {
      let page = try await service.send(.get, address, as: token)
      guard page.status == .ok else { throw Unexpected(page) }
      pages.append(page.items)
      let link = page.headers[.link]
      #expect((link == nil) == (page.json["nextCursor"] == nil))
      #expect(link == nil || link?.hasPrefix("<") == true && link?.hasSuffix(">; rel=\"next\"") == true)
      next = link.map { String($0.dropFirst().prefix { $0 != ">" }) }
    }
    return pages
  }

  @Test func everyListHasPages() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let counsellor = try await scene.counsellor()
      for number in 1...4 {
        _ = try await service.send(.post, scene.path + "/messages", as: counsellor, #"{"text":"\#(number)"}"#)
        _ = try await scene.upload([1], name: "\(number)", type: nil, as: counsellor)
        _ = try await service.send(
          .post, "/v1/spaces", as: counsellor,
          #"{"organisationId":"\#(scene.organisation)","title":"\#(number)","customers":[{"email":"a@b.fi"}]}"#)
      }
      _ = try await service.send(.post, scene.path + "/participants", as: counsellor, #"{"email":"a@b.fi"}"#)
      for (path, sizes) in [
        ("\(scene.path)/messages?limit=2", [2, 2]), ("\(scene.path)/files?limit=3", [3, 1]),
        ("/v1/spaces?limit=2", [2, 2, 1]), ("/v1/spaces?state=active&limit=4", [4, 1]),
        ("\(scene.path)/participants?limit=2", [2, 1]), ("\(scene.path)/journal?limit=200", [11]),
        ("/v1/policies?limit=1", [1]),
      ] {
        let pages = try await walk(path, service, as: counsellor)
        #expect(pages.map(\.count) == sizes, "\(path)")
        let all = pages.flatMap { $0 }.map { ($0["id"] ?? $0["sequence"] ?? $0["register"] ?? .null) }
        #expect(all.indices.allSatisfy { !all[..<$0].contains(all[$0]) }, "\(path)")
      }
    }
  }

  @Test func linksKeepTheOtherParameters() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let counsellor = try await scene.counsellor()
      for text in ["a", "b"] {
        _ = try await service.send(.post, scene.path + "/messages", as: counsellor, #"{"text":"\#(text)"}"#)
      }
      let page = try await service.send(.get, scene.path + "/messages?cursor=0&limit=1", as: counsellor)
      #expect(page.headers[.link] == "<\(scene.path)/messages?limit=1&cursor=1>; rel=\"next\"")
    }
  }

  @Test func operatorsListOrganisationsAndAdminsTheirStaff() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      _ = try await Scene.organisation(service, admin: "b", counsellor: "c")
      let organisations = try await walk("/v1/organisations?limit=1", service, as: scene.operator())
      #expect(organisations.map(\.count) == [1, 1])
      let staff = try await walk(
        "/v1/organisations/\(scene.organisation)/staff?limit=1", service, as: scene.admin())
      #expect(staff.flatMap { $0 }.map { ($0["subject"] ?? .null).text } == ["admin", "counsellor"])
    }
  }
}
