import Foundation
import Guidance
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Postgres
import TestSupport
import Testing
import Vault

@testable import HTTPAPI

/// A copy that a rotation has left behind asks its callers to come again, and never fails them.
@Suite struct MissingKeyTests {
  @Test func isTemporary() {
    let unknown = ProblemMapper.problem(for: UnwrapError.unknownMaster(MasterKey.random().id))
    #expect(unknown.problem.status == .serviceUnavailable && unknown.problem.headers[.retryAfter] != nil)
    // Somebody has to bring the key: the log says so.
    #expect(unknown.unforeseen)
    let damaged = ProblemMapper.problem(for: UnwrapError.notAuthentic)
    #expect(damaged.problem.status == .internalServerError && damaged.unforeseen)
  }

  @Test func aCopyLeftBehindAnswers503() async throws {
    let (one, two) = (MasterKey.random(), MasterKey.random())
    let index = "1:" + one.secretText.split(separator: ":")[1]
    let before = try KeyRing.parse(masters: one.secretText, index: index)
    let both = try KeyRing.parse(masters: "\(one.secretText),\(two.secretText)", index: index)
    try await TestInstallation.with(keys: before) { installation in
      try await TestService.on(installation) { service in
        let scene = try await Scene(service)
        let rotating = try await installation.copy(keys: both)
        #expect(try await rotating.store.rotateMaster().master == two.id)
        // Reading what is under the new master, and opening under the old one, which is gone.
        let read = try await service.send(.get, scene.path, as: scene.counsellor())
        #expect(read.status == .serviceUnavailable && read.problem == "unavailable")
        _ = try await rotating.store.destroyMaster(one.id, patience: .zero)
        try await KeyWatch(store: service.store, name: "behind").look()
        let opened = try await service.send(
          .post, "/v1/spaces", as: scene.counsellor(),
          #"{"organisationId":"\#(scene.organisation)","title":"Myöhässä","customers":[{"hetu":"\#(Scene.hetu)"}]}"#)
        #expect(opened.status == .serviceUnavailable && opened.problem == "unavailable")
        #expect(try await service.send(.get, "/health/ready").status == .serviceUnavailable)
        #expect(try await service.send(.get, "/health/live").status == .ok)
        await rotating.shutdown()
      }
    }
  }
}
