import Antivirus
import NIOCore
import TestSupport
import Testing

/// The client against a real clamd.
@Suite(.timeLimit(.minutes(5))) struct ClamdTests {
  private static func scan(_ pieces: [[UInt8]], by client: ClamdClient) async throws -> ClamdReply {
    try await client.scan { write in
      for piece in pieces { try await write(ByteBuffer(bytes: piece)) }
    }
  }

  @Test func whatIsInfectedIsFoundAndNothingElse() async throws {
    try await TestClamd.with { clamd in
      let client = ClamdClient(.socket(path: clamd.socket))
      let padding = [UInt8](repeating: 0x41, count: 300_000)
      let halves = [Array(TestClamd.eicar.prefix(20)), Array(TestClamd.eicar.dropFirst(20))]
      // The last two: across two pieces, and behind much else.
      let streams: [([[UInt8]], ClamdReply)] = [
        ([Array("hello".utf8)], .clean), ([], .clean), ([padding, [], padding], .clean),
        ([TestClamd.eicar], .found(TestClamd.eicarName)), (halves, .found(TestClamd.eicarName)),
        ([padding] + halves, .found(TestClamd.eicarName)),
      ]
      for (number, (pieces, expected)) in streams.enumerated() {
        let reply = try await Self.scan(pieces, by: client)
        #expect(reply == expected, "stream \(number)")
      }
    }
  }

  /// clamd ends the conversation while much is still to be sent: its word is read all the same.
  @Test func whatIsTooLongIsSaid() async throws {
    try await TestClamd.with { clamd in
      let client = ClamdClient(.socket(path: clamd.socket))
      let megabyte = [UInt8](repeating: 0x42, count: 1 << 20)
      for count in [5, 6, 200] {
        let reply = try? await Self.scan(Array(repeating: megabyte, count: count), by: client)
        #expect(reply == .tooLarge, "\(count) MiB")
      }
    }
  }

  @Test func whoIsAwayIsSaidToBe() async throws {
    try await TestClamd.with { clamd in
      clamd.kill()
      for address in [ClamdAddress.socket(path: clamd.socket), .tcp(host: "127.0.0.1", port: 1)] {
        let error = await #expect(throws: ClamdError.self) {
          try await Self.scan([[1]], by: ClamdClient(address))
        }
        guard case .unreachable = error else {
          Issue.record("\(String(describing: error))")
          return
        }
      }
    }
  }

  /// It dies in the middle of a scan, or takes for ever: no verdict, and no waiting.
  @Test func noVerdictIsNoVerdict() async throws {
    try await TestClamd.with { clamd in
      let client = ClamdClient(.socket(path: clamd.socket))
      let error = await #expect(throws: ClamdError.self) {
        try await client.scan { write in
          try await write(ByteBuffer(bytes: [UInt8](repeating: 1, count: 100_000)))
          clamd.kill()
        }
      }
      guard case .noVerdict = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      try await clamd.start()
      await #expect(throws: ClamdError.timedOut) {
        try await ClamdClient(.socket(path: clamd.socket), timeout: .milliseconds(300)).scan { write in
          try await write(ByteBuffer(bytes: [1]))
          try await Task.sleep(for: .seconds(30))
        }
      }
    }
  }

  /// One that can't do its work answers all the same: that is no verdict on a file, nor the file's fault.
  @Test func whoGivesNoVerdictsIsKnown() async throws {
    try await TestClamd.with { clamd in
      let client = ClamdClient(.socket(path: clamd.socket))
      for isSound in [true, false, true] {
        try clamd.allowTemporaryFiles(isSound)
        let verdicts = try await client.givesVerdicts()
        let reply = try? await Self.scan([[1, 2]], by: client)
        #expect(verdicts == isSound && reply == (isSound ? .clean : nil))
      }
      clamd.kill()
      let error = await #expect(throws: ClamdError.self) { try await client.givesVerdicts() }
      guard case .unreachable = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  /// What the content's side throws is thrown, and is no verdict either.
  @Test func anErrorOnTheWayIsThrown() async throws {
    struct Lost: Error {}
    try await TestClamd.with { clamd in
      let client = ClamdClient(.socket(path: clamd.socket))
      await #expect(throws: Lost.self) {
        try await client.scan { write in
          try await write(ByteBuffer(bytes: [1]))
          throw Lost()
        }
      }
    }
  }
}
