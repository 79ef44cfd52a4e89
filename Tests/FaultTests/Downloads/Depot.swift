import Foundation
import TestSupport
import Testing

/// A running service with a space whose archive is worth some megabytes, for other people's programs to download.
struct Depot {
  let room: Room

  /// The service, and where the programs put what they get.
  var copy: ServiceCopy { room.copies[0] }
  var folder: URL { room.site.folder }

  /// Each file's size; small enough for a debug build, and more than sockets hold.
  private static let fileSize = 7_000_000
  private static let files = 3

  static func with(_ body: (Depot) async throws -> Void) async throws {
    try await Room.with(copies: 1, ["--log-level", "trace"]) { room in
      try await fill(room)
      try await body(Depot(room: room))
    }
  }

  /// A message and files of random bytes.
  private static func fill(_ room: Room) async throws {
    var client = room.client
    _ = try await client.require(.post(room.path + "/messages", #"{"text":"Hei"}"#, key: "m"), as: .customer(0))
    var random = SplitMix64(seed: Plan.seed)
    for number in 0..<files {
      let block = random.bytes(70_000)
      let bytes = (0..<fileSize / block.count).flatMap { _ in block }
      _ = try await client.require(
        .upload(room.path + "/files", name: "video\(number).mp4", bytes, key: "f\(number)"), as: .customer(0))
    }
  }

  /// A link to the archive, made now.
  func link() async throws -> (path: String, id: String) {
    var client = room.client
    let made = try await client.require(.post(room.path + "/archive/links", "{}"), as: .customer(0)).members
    return (try #require(made.url), try #require(made.id))
  }

  /// Runs a script of bash in the folder. `$API`, `$AUTHORIZATION` (of the customer), `$ARCHIVE` and `$PYTHON` are set.
  ///
  /// - Returns: what it printed; the test fails where it did.
  @discardableResult
  func run(_ script: String, _ variables: [String: String] = [:]) async throws -> String {
    let token = try await room.token(.customer(0))
    let address = try #require(copy.address)
    let environment = [
      "API": address, "AUTHORIZATION": "Authorization: Bearer \(token)",
      "ARCHIVE": address + room.path + "/archive", "PYTHON": try TestPython.interpreter.get(),
    ]
    let run = Child(
      ["bash", "-euo", "pipefail", "-xc", script], environment: environment.merging(variables) { $1 }, in: folder)
    try await run.end()
    #expect(run.status == 0, "\(run.output)")
    return run.output
  }
}
