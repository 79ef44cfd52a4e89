import Foundation
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import HTTPAPI

/// Real OpenID Connect providers over real sockets: discovery, sign-in, rotation, outage, recovery, TLS.
@Suite(.timeLimit(.minutes(3))) struct ProviderTests {
  private static let claims: [String: any Sendable] = [
    "urn:oid:1.2.246.21": "010594Y9032", "urn:oid:1.2.246.517.2002.2.27": "1", "name": "Maija Mallikas",
    "email": "maija@example.fi", "acr": "loa2",
  ]

  /// An authenticator that knows the provider by discovery, on a clock of attempts that tests move.
  private struct Relying: Sendable {
    let authenticator: Authenticator
    private let clock = Clock()

    init(_ provider: TestIdentityProvider, _ change: (inout Issuer) -> Void = { _ in }) {
      var issuer = Issuer(
        url: provider.issuer, audience: "ohjaustila", keys: .discovery, algorithms: [.rs256], vouchesForCustomers: true,
        customerAssurance: ["loa2"])
      change(&issuer)
      authenticator = Authenticator(
        issuers: [issuer], clock: ProviderTests.now, timing: .init(), now: { [clock] in clock.now },
        logger: TestAPI.quiet)
    }

    func pass(_ duration: Duration) { clock.pass(duration) }

    func outcome(_ token: String) async -> AuthenticationError? {
      do {
        _ = try await authenticator.identity(of: [.authorization: "Bearer \(token)"])
        return nil
      } catch {
        return error
      }
    }
  }

  private final class Clock: Sendable {
    private let passed = Mutex(Duration.zero)
    var now: ContinuousClock.Instant { .now + passed.withLock { $0 } }
    func pass(_ duration: Duration) { passed.withLock { $0 += duration } }
  }

  /// Providers live in the present.
  @Sendable private static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

  @Test func anIDTokenOfTheCodeFlowSaysWhoSomebodyIs() async throws {
    try await TestIdentityProvider.with { provider in
      let relying = Relying(provider)
      let token = try await provider.signIn("maija", client: "ohjaustila", claims: Self.claims)
      let person = try await relying.authenticator.identity(of: [.authorization: "Bearer \(token)"])
      #expect(person.issuer == provider.issuer && person.subject == "maija" && person.hetu == "010594Y9032")
      #expect(person.name == "Maija Mallikas" && person.email == "maija@example.fi" && person.nonDisclosure)
      #expect(person.vouchesForCustomer && !person.vouchesForStaff && person.authTime != nil)
      let elsewhere = try await provider.signIn("maija", client: "another", claims: Self.claims)
      #expect(await relying.outcome(elsewhere) == .audience)
    }
  }

  @Test func accessTokensAreToldFromIDTokens() async throws {
    try await TestIdentityProvider.with { provider in
      let relying = Relying(provider) {
        $0.types = [.accessToken]
        $0.clients = ["portal"]
      }
      let access = try await provider.accessToken("olli", client: "portal", audience: "ohjaustila")
      #expect(await relying.outcome(access) == nil)
      let others = try await provider.accessToken("olli", client: "game", audience: "ohjaustila")
      #expect(await relying.outcome(others) == .client)
      let identity = try await provider.signIn("olli", client: "ohjaustila")
      #expect(await relying.outcome(identity) == .type)
    }
  }

  /// Restarted with new keys, stopped, and back: tokens follow.
  @Test func keysRotateGoAwayAndComeBack() async throws {
    try await TestIdentityProvider.with { provider in
      let relying = Relying(provider)
      let first = try await provider.signIn("maija", client: "ohjaustila", claims: Self.claims)
      #expect(await relying.outcome(first) == nil)
      try await provider.restart()
      let second = try await provider.signIn("maija", client: "ohjaustila", claims: Self.claims)
      #expect(await relying.outcome(second) == nil)
      #expect(await relying.outcome(first) == .signature)
      provider.stop()
      relying.pass(.seconds(60))
      await relying.authenticator.loadKeys()
      #expect(relying.authenticator.outages == [IssuerOutage(issuer: provider.issuer, hasKeys: true)])
      #expect(await relying.outcome(second) == nil, "the keys are kept")
      try await provider.restart()
      let third = try await provider.signIn("maija", client: "ohjaustila", claims: Self.claims)
      relying.pass(.seconds(60))
      #expect(await relying.outcome(third) == nil)
      #expect(relying.authenticator.outages.isEmpty)
    }
  }

  /// An issuer that is not there at the start is found when it is.
  @Test func anIssuerMayComeLater() async throws {
    try await TestIdentityProvider.with { provider in
      let token = try await provider.signIn("maija", client: "ohjaustila", claims: Self.claims)
      provider.stop()
      let relying = Relying(provider)
      #expect(await relying.outcome(token) == .keysUnavailable)
      #expect(relying.authenticator.outages == [IssuerOutage(issuer: provider.issuer, hasKeys: false)])
      try await provider.restart()
      let later = try await provider.signIn("maija", client: "ohjaustila", claims: Self.claims)
      #expect(await relying.outcome(later) == .keysUnavailable, "asked half a minute later at the soonest")
      relying.pass(.seconds(30))
      #expect(await relying.outcome(later) == nil)
    }
  }

  /// Whatever an issuer answers, it costs its own people only, and not for long.
  @Test(arguments: TestIdentityProvider.Behaviour.allCases)
  func badAnswersAreRefused(_ behaviour: TestIdentityProvider.Behaviour) async throws {
    try await TestIdentityProvider.with { provider in
      let token = try await provider.signIn("maija", client: "ohjaustila", claims: Self.claims)
      try await provider.behave(behaviour)
      let relying = Relying(provider)
      let begin = ContinuousClock.now
      let outcome = await relying.outcome(token)
      switch behaviour {
      case .good, .cached, .uncached: #expect(outcome == nil)
      case .slow, .trickle, .garbage, .empty, .redirect, .endless, .notFound, .otherIssuer, .slashIssuer, .noKeys,
        .clearKeys:
        #expect(outcome == .keysUnavailable)
      }
      #expect(ContinuousClock.now - begin < .seconds(30))
      try await provider.behave(.good)
      relying.pass(.seconds(60))
      #expect(await relying.outcome(token) == nil)
    }
  }

  /// Over TLS with an authority of the provider's own, which nobody else trusts.
  @Test func theAuthorityIsChecked() async throws {
    try await TestIdentityProvider.with(encrypted: true) { provider in
      #expect(provider.issuer.hasPrefix("https://"))
      let token = try await provider.signIn("maija", client: "ohjaustila", claims: Self.claims)
      #expect(await Relying(provider).outcome(token) == .keysUnavailable)
      #expect(await Relying(provider) { $0.authorityFile = provider.authorityFile }.outcome(token) == nil)
      // The certificate is for localhost, not for the address.
      let address = provider.issuer.replacing("localhost", with: "127.0.0.1")
      let other = Relying(provider) {
        $0.keys = .url(address + "/jwks")
        $0.authorityFile = provider.authorityFile
      }
      #expect(await other.outcome(token) == .keysUnavailable)
    }
  }

  @Test func cacheControlIsRead() async throws {
    try await TestIdentityProvider.with { provider in
      let issuer = Issuer(url: provider.issuer, audience: "a", keys: .discovery)
      for (behaviour, age) in [(.good, nil), (.cached, .seconds(1800)), (.uncached, .zero)]
        as [(TestIdentityProvider.Behaviour, Duration?)]
      {
        try await provider.behave(behaviour)
        #expect(try await KeyFetchers.standard(issuer).goodFor == age)
      }
      #expect(try await provider.keyRequests() == 3)
    }
  }
}
