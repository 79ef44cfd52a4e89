import Foundation
import HTTPTypes
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance
@testable import HTTPAPI

/// A transfer ends when its right ends, also while the client takes nothing, and also with only the last piece to go.
@Suite(.timeLimit(.minutes(3))) struct BreakOffTests {
  /// Some files' sizes: one of many chunks, and one that the server has wholly read.
  enum Size: Int, CaseIterable {
    case large = 20_000_000
    case lastPiece = 500_000
  }

  /// What ends a right.
  enum End: CaseIterable {
    case removal, boundary, erasure, revocation

    func happen(_ stage: Stage) async throws {
      let (scene, service) = (stage.scene, stage.scene.service)
      switch self {
      case .removal:
        _ = try await service.installation.asAdmin(
          "DELETE FROM ohjaustila.my_space WHERE role = 'customer'"
        ) { _ in }
      case .boundary: try await service.store.moveClock(to: stage.erasesAt)
      case .erasure: try await service.installation.advance(to: stage.erasesAt)
      case .revocation:
        let path = scene.path + "/archive/links/" + stage.link.string("id")
        let answer = try await service.send(.delete, path, as: stage.token)
        guard answer.status == .noContent else { throw Unexpected(answer) }
      }
    }
  }

  /// A space with one file, and a link to its archive.
  struct Stage {
    let scene: Scene
    let token: String
    let link: Answer
    let file: String
    let erasesAt: Instant

    init(_ service: TestService, _ size: Int) async throws {
      scene = try await Scene(service)
      token = try await scene.customer()
      var random = SplitMix64(seed: testSeed)
      let block = random.bytes(10_000)
      let bytes = (0..<size / 10_000).flatMap { _ in block }
      let posted = try await scene.upload(bytes, name: "x", type: nil, as: token)
      guard posted.status == .created else { throw Unexpected(posted) }
      file = posted.headers[.location] ?? ""
      link = try await service.send(.post, scene.path + "/archive/links", as: token)
      erasesAt = try #require(Instant(try await scene.instant("erasesAt", as: token)))
    }
  }

  private static func options() -> GuidanceStore.Options {
    var options = GuidanceStore.Options()
    // Longer than the space: it is not the link's time that ends these transfers.
    options.archiveLinkLifetime = .seconds(10 * 365 * 86_400)
    return options
  }

  @Test(arguments: End.allCases, Size.allCases) func theRightsEndIsTheTransfersEnd(_ end: End, _ size: Size)
    async throws
  {
    try await TestService.with(options: Self.options()) { service in
      let stage = try await Stage(service, size.rawValue)
      let other = try await service.installation.copy(options: Self.options())
      // Served by another copy than the one where it happens.
      try await EventServer.run(other) { server in
        // The archive by its link and, unless it is the link that ends, the file by the customer's token.
        var clients = [try StalledClient(port: server.port, stage.link.string("url"))]
        if end != .revocation {
          let authorization = "Authorization: Bearer \(stage.token)\r\n"
          clients.append(try StalledClient(port: server.port, stage.file, headers: authorization))
        }
        var announced: [Int] = []
        for client in clients {
          let head = String(decoding: await client.read(atMost: 1000), as: UTF8.self)
          #expect(head.hasPrefix("HTTP/1.1 200 "))
          announced.append(try #require(head.firstMatch(of: /(?i)content-length: ([0-9]+)/).flatMap { Int($0.1) }))
        }
        #expect(announced.allSatisfy { $0 >= size.rawValue })
        #expect(other.store.transfers.count == clients.count)
        try await end.happen(stage)
        let start = ContinuousClock.now
        while other.store.transfers.count > 0, ContinuousClock.now - start < .seconds(30) {
          try await Task.sleep(for: .milliseconds(5))
        }
        let elapsed = ContinuousClock.now - start
        print("broken off: \(end), \(size): after \(elapsed)")
        // The promise is a second; a machine that does ten things at once gets some more.
        #expect(elapsed < .seconds(5), "\(elapsed)")
        for (client, announced) in zip(clients, announced) {
          let rest = await client.read()
          #expect(1000 + rest.count < announced, "\(rest.count) of \(announced)")
        }
      }
      await other.shutdown()
    }
  }

  /// The same client gets everything when nothing happens: slowly, and whole.
  @Test(arguments: Size.allCases) func whoMayGoesOn(_ size: Size) async throws {
    try await TestService.with { service in
      let stage = try await Stage(service, size.rawValue)
      try await EventServer.run(service.installation) { server in
        let client = try StalledClient(port: server.port, stage.link.string("url"))
        try await Task.sleep(for: .seconds(1))
        let bytes = await client.read()
        let end = try #require(bytes.firstRange(of: Array("\r\n\r\n".utf8)))
        let own = try await service.send(.get, stage.scene.path + "/archive", as: stage.token)
        #expect(Array(bytes[end.upperBound...]) == own.bytes)
      }
      #expect(service.store.transfers.count == 0)
    }
  }

  /// A counsellor's download of a file ends when the space is archived; the customer's goes on.
  @Test func archivingEndsTheStaffsOnly() async throws {
    try await TestService.with { service in
      let stage = try await Stage(service, Size.large.rawValue)
      let (staff, own) = (try await stage.scene.counsellor(), stage.token)
      try await EventServer.run(service.installation) { server in
        let clients = try [staff, own].map {
          try StalledClient(port: server.port, stage.file, headers: "Authorization: Bearer \($0)\r\n")
        }
        for client in clients {
          #expect(String(decoding: await client.read(atMost: 100), as: UTF8.self).hasPrefix("HTTP/1.1 200 "))
        }
        let archived = try await service.send(.post, stage.scene.path + "/archive", as: stage.scene.admin())
        #expect(archived.status == .ok)
        for _ in 0..<1000 where service.store.transfers.count > 1 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(service.store.transfers.count == 1)
        #expect(await clients[0].read().count < Size.large.rawValue)
        #expect(await clients[1].read().count > Size.large.rawValue)
      }
    }
  }

  /// A link's time ends what is begun later, and not what runs.
  @Test func aTransferOutlivesItsLink() async throws {
    try await TestService.with { service in
      let stage = try await Stage(service, Size.lastPiece.rawValue)
      try await EventServer.run(service.installation) { server in
        let client = try StalledClient(port: server.port, stage.link.string("url"))
        _ = await client.read(atMost: 1)
        let expiresAt = try #require(Instant(stage.link.string("expiresAt")))
        try await service.installation.advance(to: expiresAt)
        #expect(try await service.installation.asAdmin("SELECT id FROM ohjaustila.archive_link") { _ in }.isEmpty)
        #expect(try await service.send(.get, stage.link.string("url")).status == .notFound)
        try await Task.sleep(for: .seconds(1))
        #expect(await client.read().count > Size.lastPiece.rawValue)
      }
    }
  }
}
