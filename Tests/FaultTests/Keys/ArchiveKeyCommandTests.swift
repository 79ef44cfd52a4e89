import Foundation
import TestSupport
import Testing
import Vault

/// `ohjaustila archive-keys` by the real executable, beside a copy that signs archives.
@Suite struct ArchiveKeyCommandTests {
  /// What was signed stays good when the key is replaced, and when the one that signed is lost.
  @Test(.timeLimit(.minutes(10))) func whatWasSignedStaysGood() async throws {
    try await KeyedService.with(copies: 1) { service in
      var customer = try await Keeper(service)
      let first = try await service.archiveKeys()
      #expect(first.map(\.standing) == ["signs"])
      try await customer.download("first.zip")
      try await customer.saveKeys("first.json")
      #expect(try await customer.verify("first.zip", "first.json") == .exited(0))

      let (rotated, output) = try await service.run(["archive-keys", "rotate"])
      let second = try await service.archiveKeys()
      #expect(rotated == .exited(0) && output.hasSuffix("archives are signed with \(second[0].id) from now on\n"))
      #expect(second.map(\.standing) == ["signs", "until"] && second[1].id == first[0].id)
      #expect(try service.mode(ofArchiveKey: second[0].id) == 0o600)
      // The copy that was not restarted yet goes on with its own for a day, and the restarted one takes up the new one.
      try await customer.download("between.zip")
      try await service.restarts()
      try await customer.download("second.zip")
      try await customer.saveKeys("second.json")
      #expect(try customer.signer("between.zip") == first[0].id && customer.signer("second.zip") == second[0].id)
      for name in ["first.zip", "between.zip", "second.zip"] {
        #expect(try await customer.verify(name, "second.json") == .exited(0), "\(name)")
      }
      // With a list from before it the new key is a stranger's.
      #expect(try await customer.verify("second.zip", "first.json") == .exited(3))

      try FileManager.default.removeItem(atPath: service.archiveKeyFile(second[0].id))
      let files = try service.archiveKeyFiles()
      for words in [["list"], ["rotate"]] {
        let (end, output) = try await service.run(["archive-keys"] + words)
        #expect(end == .exited(1) && output.contains(second[0].id), "\(output)")
      }
      // Who is only trying makes no key, and replaces none.
      #expect(try service.archiveKeyFiles() == files)
      #expect(try await service.run(["archive-keys", "rotate", "--lost"]).end == .exited(0))
      let third = try await service.archiveKeys()
      #expect(third.map(\.standing) == ["signs", "until", "until"])
      #expect(third.dropFirst().map(\.id) == second.map(\.id))
      try await service.restarts()
      try await customer.download("third.zip")
      try await customer.saveKeys("third.json")
      #expect(try customer.signer("third.zip") == third[0].id)
      for name in ["first.zip", "between.zip", "second.zip", "third.zip"] {
        #expect(try await customer.verify(name, "third.json") == .exited(0), "\(name)")
      }
    }
  }

  /// Keys of the environment are not ours to change: the command says how.
  @Test(.timeLimit(.minutes(10))) func keysOfTheEnvironmentAreTheOperators() async throws {
    try await KeyedService.with(copies: 1) { service in
      let old = try await service.archiveKeys()
      let names = try service.archiveKeyFiles()
      let (end, output) = try await service.program.run(["archive-keys", "new"], log: "new.log")
      let item = output.trimmingCharacters(in: .newlines)
      let new = try ArchiveKeys.parse(item).current.id.text
      #expect(end == .exited(0) && !old.map(\.id).contains(new))
      // Alone, the new one is a stranger's.
      let alone = try await service.run(["archive-keys", "list"], [ArchiveKeys.variable: item])
      #expect(alone.end == .exited(1) && alone.output.contains(old[0].id), "\(alone.output)")
      let refused = try await service.run(["archive-keys", "rotate"], [ArchiveKeys.variable: item])
      #expect(refused.end == .exited(64) && refused.output.contains(ArchiveKeys.variable), "\(refused.output)")
      #expect(try service.archiveKeyFiles() == names)
      #expect(try await service.archiveKeys().map(\.id) == old.map(\.id))
    }
  }
}

/// A customer who keeps archives, and the lists of keys of their day.
private struct Keeper {
  private let service: KeyedService
  private var client: Client
  private let space: String

  init(_ service: KeyedService) async throws {
    self.service = service
    client = service.site.client(of: service.copies)
    space = try await client.openSpace(in: try await client.found())
    _ = try await client.require(
      .post("/v1/spaces/\(space)/messages", #"{"text":"Hei"}"#, key: "m"), as: .customer(0))
  }

  mutating func download(_ name: String) async throws {
    let archive = try await client.require(.get("/v1/spaces/\(space)/archive"), as: .customer(0))
    try Data(archive.bytes).write(to: file(name))
  }

  mutating func saveKeys(_ name: String) async throws {
    let keys = try await client.require(.get("/.well-known/ohjaustila-archive-keys.json"))
    try Data(keys.bytes).write(to: file(name))
  }

  /// How `ohjaustila verify` ended, without the service's environment.
  func verify(_ archive: String, _ keys: String) async throws -> Run.End {
    let program = Program(resources: service.program.resources, environment: [:], logs: service.program.logs)
    return try await program.run(
      ["verify", file(archive).path, "--keys", file(keys).path], log: "verify-\(archive)-\(keys).log"
    ).end
  }

  /// The key that an archive names: its entries are stored as they are.
  func signer(_ archive: String) throws -> String {
    let text = String(decoding: try Data(contentsOf: file(archive)), as: UTF8.self)
    return String(try #require(text.firstMatch(of: /"keyId":"([0-9a-f]{16})"/)).1)
  }

  private func file(_ name: String) -> URL { service.program.logs.appending(path: name) }
}

extension KeyedService {
  /// A line of `archive-keys list`: the key, and whether it signs or until when it did.
  fileprivate func archiveKeys() async throws -> [(id: String, standing: String)] {
    let (end, output) = try await run(["archive-keys", "list"])
    try #require(end == .exited(0), "\(output)")
    return output.matches(of: /(?m)^([0-9a-f]{16})  from \S+  (signs$|until(?= \S+$))/).map {
      (String($0.1), String($0.2))
    }
  }

  fileprivate func archiveKeyFile(_ id: String) -> String { keyFolder() + "/archive-\(id).key" }

  fileprivate func archiveKeyFiles() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: keyFolder()).filter { $0.hasPrefix("archive-") }.sorted()
  }

  fileprivate func mode(ofArchiveKey id: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: archiveKeyFile(id))[.posixPermissions] as? Int
  }
}
