import Guidance
import HTTPTypes
import Testing

@testable import HTTPAPI

/// What tokens that are no good cost those who send them, and others behind the same address, over a socket.
@Suite struct BadTokenTests {
  private static func limits(_ failuresPerAddress: Int) -> RateLimits {
    var limits = RateLimits.standard
    limits.failuresPerAddress = failuresPerAddress
    return limits
  }

  /// The test issuer's token with another's signature: only checking that tells.
  private static func forged(_ subject: String, signing other: String = "other") throws -> String {
    let (mine, other) = (try authorization(subject), try authorization(other))
    let signature = other.split(separator: ".")[2]
    return mine.split(separator: ".").prefix(2).joined(separator: ".") + "." + signature
  }

  private static func authorization(_ subject: String) throws -> String {
    try TestAPI.bearer(subject)[.authorization] ?? ""
  }

  /// The statuses that tokens get, one after another from one address.
  private static func statuses(of authorizations: [String], _ gate: RateGate) async throws -> [Int] {
    let (answers, answered) = AsyncStream.makeStream(of: String.self)
    try await LiveServer.run(TestAPI.responder(door: FrontDoor(rates: gate))) { server in
      answered.yield(
        try await RawConnection.with(port: server.port) { connection in
          for authorization in authorizations {
            try await connection.get("/v1/me", headers: "Authorization: \(authorization)\r\n")
          }
          try await connection.get("/v1/me", headers: "Connection: close\r\n")
          return try await connection.readToEnd()
        })
    }
    let answer = await answers.first { _ in true } ?? ""
    return answer.matches(of: /HTTP\/1\.1 ([0-9]{3})/).compactMap { Int($0.1) }.dropLast()
  }

  /// Who tries tokens is slowed down, and neither they nor those whose token is known lose what is theirs.
  @Test func tokensCannotBeTriedWithoutEnd() async throws {
    let gate = RateGate(Self.limits(3))
    let known = try Self.authorization("known")
    let forged = try Self.forged("victim")
    let tries = 3 + RateGate.checksPerBadToken
    let tokens = [known] + Array(repeating: forged, count: tries + 2) + [known]
    let expected = [200] + Array(repeating: 401, count: tries) + [429, 429, 200]
    #expect(try await Self.statuses(of: tokens, gate) == expected)
    #expect(gate.refusals.failures == 2)
  }

  /// Others behind the same address go on getting in with tokens never seen before, whatever is tried there.
  @Test func badTokensLockNobodyElseOut() async throws {
    let gate = RateGate(Self.limits(3))
    let unseen = try Self.authorization("unseen")
    let tokens = try (0..<20).map { try Self.forged("guess \($0)") } + [unseen]
    let expected = Array(repeating: 401, count: 20) + [200]
    #expect(try await Self.statuses(of: tokens, gate) == expected)
    #expect(gate.refusals.failures == 0)
  }

  /// Nor whom they claim to be from: a new token of theirs is checked, however many bad ones came in their name.
  @Test func badTokensLockTheirVictimNotOut() async throws {
    let gate = RateGate(Self.limits(3))
    let forged = try (0..<20).map { try Self.forged("victim", signing: "other \($0)") }
    let again = Array(repeating: forged[19], count: RateGate.checksPerBadToken)
    let tokens = forged + again + [try Self.authorization("victim")]
    let expected = Array(repeating: 401, count: 20 + RateGate.checksPerBadToken - 1) + [429, 200]
    #expect(try await Self.statuses(of: tokens, gate) == expected)
    #expect(gate.refusals.failures == 1)
  }

  /// What is no token at sight counts for nobody.
  @Test func noiseIsNotCounted() async throws {
    let gate = RateGate(Self.limits(1))
    let noise = ["Bearer", "Bearer a.b.c", "Bearer \(String(repeating: "x", count: 9000))", "Bearer e30.e30."]
    let victim = try (0..<4).map { _ in try Self.forged("victim") }
    let tokens = Array(repeating: noise, count: 3).flatMap { $0 } + victim
    #expect(try await Self.statuses(of: tokens, gate).allSatisfy { $0 == 401 })
    #expect(gate.refusals.failures == 0)
  }
}
