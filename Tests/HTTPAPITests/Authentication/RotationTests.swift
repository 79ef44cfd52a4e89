import Crypto
import HTTPTypes
import Synchronization
import Testing

@testable import HTTPAPI

/// Issuers that change their keys, are away, slow or talk nonsense, and callers who make keys up.
@Suite struct RotationTests {
  /// An issuer whose keys and moods a test changes.
  private final class Issuing: Sendable {
    enum Mood: Sendable { case well, away, garbage, silent }
    struct Away: Error {}

    let state = Mutex((key: TestIssuer(key: P256.Signing.PrivateKey()), mood: Mood.well, fetches: 0))
    let time = Mutex(ContinuousClock.now)

    var fetches: Int { state.withLock(\.fetches) }

    func rotate() -> TestIssuer {
      let new = TestIssuer(key: P256.Signing.PrivateKey())
      state.withLock { $0.key = new }
      return new
    }

    func become(_ mood: Mood) { state.withLock { $0.mood = mood } }
    func pass(_ duration: Duration) { time.withLock { $0 += duration } }

    func authenticator(beside others: [Issuer] = []) -> Authenticator {
      let own = state.withLock(\.key).issuer
      return Authenticator(
        issuers: [own] + others, clock: { TestAPI.now }, timing: .init(), now: { self.time.withLock { $0 } },
        fetch: { issuer in
          guard issuer.url == own.url else {
            guard case .text(let text) = issuer.keys else { throw Away() }
            return FetchedKeys(text.utf8)
          }
          return try await self.answer()
        }, logger: TestAPI.quiet)
    }

    private func answer() async throws -> FetchedKeys {
      let (key, mood) = state.withLock { state in
        state.fetches += 1
        return (state.key, state.mood)
      }
      switch mood {
      case .well: return FetchedKeys(key.jwks.utf8)
      case .away: throw Away()
      case .garbage: return FetchedKeys("<html>".utf8)
      case .silent:
        try await Task.sleep(for: .seconds(3600))
        throw Away()
      }
    }
  }

  private func bearer(_ issuer: TestIssuer) throws -> HTTPFields {
    [.authorization: "Bearer \(try issuer.sign(TestIssuer.Claims(subject: "s"), now: TestAPI.now))"]
  }

  /// Whether the token is accepted, or why not.
  private func outcome(_ headers: HTTPFields, _ authenticator: Authenticator) async -> AuthenticationError? {
    do {
      _ = try await authenticator.identity(of: headers)
      return nil
    } catch {
      return error
    }
  }

  @Test func aRotationIsFollowedAtOnce() async throws {
    let issuing = Issuing()
    let authenticator = issuing.authenticator()
    await authenticator.loadKeys()
    let before = try bearer(issuing.state.withLock(\.key))
    #expect(await outcome(before, authenticator) == nil)
    let after = try bearer(issuing.rotate())
    #expect(await outcome(after, authenticator) == nil)
    #expect(await outcome(before, authenticator) == .unknownKey, "a remembered token goes with its key")
    #expect(issuing.fetches == 2)
  }

  /// A thousand made-up keys cause one request; a rotation in their midst waits half a minute, no longer.
  @Test func aFloodOfUnknownKeysStarvesNoRotation() async throws {
    let issuing = Issuing()
    let authenticator = issuing.authenticator()
    await authenticator.loadKeys()
    func flood() async throws {
      let forgeries = try (0..<100).map { _ in try bearer(TestIssuer(key: P256.Signing.PrivateKey())) }
      await withTaskGroup(of: Void.self) { group in
        for index in 0..<1000 {
          group.addTask { #expect(await self.outcome(forgeries[index % 100], authenticator) == .unknownKey) }
        }
      }
    }
    try await flood()
    #expect(issuing.fetches == 2)
    let genuine = try bearer(issuing.rotate())
    issuing.pass(.seconds(29))
    #expect(await outcome(genuine, authenticator) == .unknownKey)
    issuing.pass(.seconds(1))
    try await flood()
    #expect(await outcome(genuine, authenticator) == nil)
    #expect(issuing.fetches == 3)
  }

  /// A new key under the old name: the wrong signature makes the keys be looked at again.
  @Test func aKeyMayChangeUnderItsName() async throws {
    let (old, new) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
    let current = Mutex(ForeignKey.elliptic(old, keyID: "k"))
    let issuer = Issuer(url: TestIssuer.url, audience: TestIssuer.audience, keys: .text(""), algorithms: [.es256])
    let fetches = Mutex(0)
    let authenticator = Authenticator(
      issuers: [issuer], clock: { TestAPI.now },
      fetch: { _ in
        fetches.withLock { $0 += 1 }
        return FetchedKeys(current.withLock { $0.jwks }.utf8)
      }, logger: TestAPI.quiet)
    func token(_ key: P256.Signing.PrivateKey) throws -> HTTPFields {
      [.authorization: "Bearer \(try ForeignKey.elliptic(key, keyID: "k").sign(ForgedTokenTests.payload()))"]
    }
    await authenticator.loadKeys()
    #expect(await outcome(try token(old), authenticator) == nil)
    current.withLock { $0 = ForeignKey.elliptic(new, keyID: "k") }
    #expect(await outcome(try token(new), authenticator) == nil)
    #expect(await outcome(try token(old), authenticator) == .signature)
    #expect(fetches.withLock { $0 } == 2)
  }

  @Test(arguments: [true, false])
  func keysAreKeptWhileTheIssuerIsAway(_ talks: Bool) async throws {
    let issuing = Issuing()
    let authenticator = issuing.authenticator()
    await authenticator.loadKeys()
    let (known, unknown) = (try bearer(issuing.state.withLock(\.key)), try bearer(issuing.rotate()))
    issuing.become(talks ? .garbage : .away)
    await authenticator.loadKeys()
    #expect(authenticator.outages == [IssuerOutage(issuer: TestIssuer.url, hasKeys: true)])
    #expect(await outcome(known, authenticator) == nil)
    #expect(await outcome(unknown, authenticator) == .keysUnavailable, "nobody knows what it publishes now")
    issuing.pass(KeyState.Timing().outage)
    #expect(await outcome(known, authenticator) == .keysUnavailable, "no key counts for ever")
    #expect(authenticator.outages == [IssuerOutage(issuer: TestIssuer.url, hasKeys: false)])
    issuing.become(.well)
    issuing.pass(.seconds(30))
    #expect(await outcome(unknown, authenticator) == nil)
    #expect(authenticator.outages.isEmpty)
  }

  /// An issuer that never answers holds up neither the service nor another issuer's people.
  @Test(.timeLimit(.minutes(1))) func aSilentIssuerHoldsUpNobody() async throws {
    let issuing = Issuing()
    issuing.become(.silent)
    let other = TestIssuer(key: P256.Signing.PrivateKey())
    var beside = other.issuer
    beside.url = "https://other.example"
    let authenticator = issuing.authenticator(beside: [beside])
    let running = Task { await authenticator.run() }
    let token = try other.sign(ForgedTokenTests.payload([("iss", #""https://other.example""#)]))
    #expect(await outcome([.authorization: "Bearer \(token)"], authenticator) == nil)
    running.cancel()
    await running.value
  }
}
