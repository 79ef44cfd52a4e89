import Foundation
import Guidance
import Synchronization
import TestSupport
import Testing
import Vault

/// Rotations by the real executable beside copies of the service that people use.
@Suite struct RotationBesideServiceTests {
  /// Two copies with one key folder, under load all the time: three rotations and destructions later nobody has had an
  /// answer other than the right one.
  @Test(.timeLimit(.minutes(10))) func nobodyNoticesARotation() async throws {
    try await KeyedService.with(copies: 2) { service in
      var client = service.site.client(of: service.copies)
      let organisation = try await client.found()
      let visits = Visits()
      let working = (0..<3).map { worker in
        Task { try await visits.keepComing(to: service, organisation, worker: worker) }
      }
      var masters = [try await service.current()]
      for _ in 0..<3 {
        let rotated = try await service.keys("rotate", "--wait", "60")
        #expect(rotated.end == .exited(0), "\(rotated.output)")
        let destroyed = try await service.keys("destroy", masters[masters.count - 1])
        #expect(destroyed.end == .exited(0), "\(destroyed.output)")
        masters.append(try await service.current())
      }
      for work in working { work.cancel() }
      for work in working { _ = await work.result }
      #expect(Set(masters).count == 4)
      for old in masters.dropLast() {
        #expect(try await service.rows(under: old) == 0)
        #expect(try await service.isDestroyed(old) && !service.hasFile(old))
      }
      let counted = visits.answers.withLock { $0 }
      print("rotation beside service: answers by status \(counted.sorted { $0.key < $1.key })")
      #expect(Set(counted.keys) == [200, 201] && counted.values.reduce(0, +) > 50)
      // Everything that was written before, between and after opens in both copies.
      for (space, name) in visits.written.withLock({ $0 }) {
        for copy in 0..<2 {
          let read = try await service.send(.get("/v1/spaces/\(space)/messages"), as: .counsellor(0), to: copy)
          #expect(read.status == 200 && read.members.items?.first?.text == name)
        }
      }
    }
  }

  /// Copies with key folders of their own: nothing is used before it was brought to both, nothing counts as destroyed
  /// before it is gone from both, and what comes back is refused.
  @Test(.timeLimit(.minutes(10))) func copiesWithTheirOwnFolders() async throws {
    try await KeyedService.with(copies: 2, apart: true) { service in
      var client = service.site.client(of: service.copies)
      let organisation = try await client.found()
      let old = try await service.current()
      func use() async throws {
        for copy in 0..<2 {
          let visit = Visit(
            service: service, organisation: organisation, name: "kopio \(copy)", copies: [copy, 1 - copy])
          #expect(try await visit.run().statuses == [201, 201, 200])
        }
      }
      try await use()
      let early = try await service.keys("rotate", "--wait", "5")
      #expect(early.end == .exited(1) && early.output.contains("do not have the master key"), "\(early.output)")
      #expect(try await service.current() == old)
      try await use()
      // The key is brought to the other folder.
      let names = try FileManager.default.contentsOfDirectory(atPath: service.keyFolder())
      let new = try #require(names.first { $0.hasPrefix("master-") && !$0.contains(old) })
      try FileManager.default.copyItem(
        atPath: service.keyFolder() + "/" + new, toPath: service.keyFolder(1) + "/" + new)
      let late = try await service.keys("rotate", "--wait", "60")
      #expect(late.end == .exited(0), "\(late.output)")
      #expect("master-\(try await service.current()).key" == new)
      #expect(try await service.rows(under: old) == 0)
      try await use()

      let half = try await service.keys("destroy", old)
      #expect(half.end == .exited(1) && half.output.contains("still held by"), "\(half.output)")
      #expect(try await !service.isDestroyed(old) && !service.hasFile(old) && service.hasFile(old, of: 1))
      let backup = try Data(contentsOf: URL(filePath: service.masterFile(old, of: 1)))
      let whole = try await service.keys("destroy", old, on: 1)
      #expect(whole.end == .exited(0), "\(whole.output)")
      #expect(try await service.isDestroyed(old) && !service.hasFile(old, of: 1))
      try await use()

      try backup.write(to: URL(filePath: service.masterFile(old, of: 1)))
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: service.masterFile(old, of: 1))
      let refused = try await service.program.run(
        ["serve", "--port", "0", "--dev", "--data", service.folders[1].path], log: "refused.log")
      #expect(refused.end == .exited(1) && refused.output.contains("was destroyed"), "\(refused.output)")
    }
  }
}

/// Everybody's visits: what they wrote where, and how they were answered.
private final class Visits: Sendable {
  let written = Mutex<[String: String]>([:])
  let answers = Mutex<[Int: Int]>([:])

  func keepComing(to service: KeyedService, _ organisation: String, worker: Int) async throws {
    var turn = 0
    while !Task.isCancelled {
      turn += 1
      let visit = Visit(service: service, organisation: organisation, name: "\(worker).\(turn)")
      let (space, statuses) = try await visit.run()
      written.withLock { $0[space] = visit.name }
      answers.withLock { for status in statuses { $0[status, default: 0] += 1 } }
    }
  }
}

/// What somebody does in a minute: opens a space, writes, reads it at another copy.
private struct Visit {
  let service: KeyedService
  let organisation: String
  let name: String
  /// Which copy opens the space and takes the message, and which one is read at.
  var copies = [Int.random(in: 0...1), Int.random(in: 0...1)]

  func run() async throws -> (space: String, statuses: [Int]) {
    let draft = #"{"organisationId":"\#(organisation)","title":"\#(name)","customers":[{"hetu":"010594Y9032"}]}"#
    let opened = try await service.send(.post("/v1/spaces", draft), as: .counsellor(0), to: copies[0])
    let space = try #require(opened.members.id, "\(String(decoding: opened.bytes, as: UTF8.self))")
    let posted = try await service.send(
      .post("/v1/spaces/\(space)/messages", #"{"text":"\#(name)"}"#), as: .counsellor(0), to: copies[0])
    let read = try await service.send(.get("/v1/spaces/\(space)/messages"), as: .counsellor(0), to: copies[1])
    #expect(read.status != 200 || read.members.items?.first?.text == name)
    return (space, [opened.status, posted.status, read.status])
  }
}
