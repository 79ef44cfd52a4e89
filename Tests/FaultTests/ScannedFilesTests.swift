import Foundation
import Guidance
import Postgres
import TestSupport
import Testing

/// The real executable in two copies, with a real clamd.
@Suite(.timeLimit(.minutes(10))) struct ScannedFilesTests {
  /// Clean files come through, infected ones and those clamd does not take are refused; nothing is lost when clamd is
  /// away for a time and copies are killed over their scans.
  @Test func everyFileIsScannedOnceAndForAll() async throws {
    try await TestClamd.with { clamd in
      try await Room.with(copies: 2, environment: ["OHJAUSTILA_CLAMD": clamd.socket]) { room in
        var client = room.client
        func send(_ name: String, _ bytes: [UInt8]) async throws {
          let sent = try await client.require(
            .upload(room.path + "/files", name: name, bytes, key: name), as: .counsellor(0))
          #expect([201, 202].contains(sent.status))
        }
        let clean = [UInt8](repeating: 0x20, count: 700_000)
        try await send("clean-1", clean)
        try await send("eicar-1", TestClamd.eicar)
        try await send("eicar-2", clean + TestClamd.eicar)
        try await send("long", [UInt8](repeating: 0x20, count: TestClamd.longestStream + 1))
        try await settle(room, published: 1, refused: 3)

        // It answers and fails on everything: no file's fault.
        try clamd.allowTemporaryFiles(false)
        try await send("clean-0", clean)
        try await Task.sleep(for: .seconds(2))
        let failing = try await client.require(.get("/v1/quarantine"), as: .operator)
        #expect(String(decoding: failing.bytes, as: UTF8.self).contains(#""waiting":1,"failing":0"#))
        try clamd.allowTemporaryFiles(true)
        try await settle(room, published: 2, refused: 3)

        clamd.kill()
        for number in 2..<8 { try await send("clean-\(number)", clean + [UInt8(number)]) }
        try await send("eicar-3", TestClamd.eicar)
        try await Task.sleep(for: .seconds(2))
        let counts = try await client.require(.get("/v1/quarantine"), as: .operator)
        #expect(String(decoding: counts.bytes, as: UTF8.self).contains(#""scanner":"configured","waiting":7"#))
        try await clamd.start()
        for copy in room.copies {
          try await Task.sleep(for: .milliseconds(300))
          _ = copy.kill()
        }
        try await settle(room, published: 8, refused: 4)

        let files = try await client.require(.get(room.path + "/files"), as: .customer(0)).members.items ?? []
        #expect(Set(files.compactMap(\.name)) == Set((0..<8).map { "clean-\($0)" }))
        let refused = try await client.require(.get(room.path + "/quarantine"), as: .customer(0))
        let text = String(decoding: refused.bytes, as: UTF8.self)
        #expect(text.matches(of: /"reason":"Ohjaustila.Eicar.UNOFFICIAL"/).count == 3, "\(text)")
        #expect(text.matches(of: /"reason":"tooLargeToScan"/).count == 1)
        #expect(
          try await room.site.cluster.count(
            "SELECT count(*) FROM ohjaustila.journal WHERE kind = 'filePosted' AND space_id::text = \(room.space)") == 8
        )
        // The bytes of what was refused go with the next sweep.
        try await eventually("the end of the refused bytes") {
          try await room.site.cluster.count(
            """
            SELECT count(*) FROM ohjaustila.file_chunk c WHERE NOT EXISTS (
              SELECT FROM ohjaustila.file f WHERE f.space_id = c.space_id AND f.upload_id = c.upload_id)
            """) == 0
        }
        let verified = try await room.site.program.run(["journal", "verify"] + room.site.options, log: "verify.log")
        #expect(verified.end == .exited(0), "\(verified.output)")
      }
    }
  }

  private func settle(_ room: Room, published: Int, refused: Int) async throws {
    var client = room.client
    try await eventually("\(published) files and \(refused) refusals") {
      let (files, refusals) = (
        try await room.site.cluster.count("SELECT count(*) FROM ohjaustila.file"),
        try await room.site.cluster.count("SELECT count(*) FROM ohjaustila.quarantined_file WHERE is_refused")
      )
      if files == published, refusals == refused { return true }
      // Leases of the dead and pauses pass more quickly on this clock.
      _ = try await client.require(.post("/dev/clock", #"{"advance":"PT10S"}"#))
      try await Task.sleep(for: .milliseconds(400))
      return false
    }
  }
}
