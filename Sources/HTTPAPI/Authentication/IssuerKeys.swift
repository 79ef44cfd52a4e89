import FoundationEssentials
import JWTKit
import Logging
import Synchronization

/// One issuer and its current keys.
///
/// Keys are loaded at start, again now and then, and when a token names one that is not known, but not more often than
/// once in `minimumPause`: forged key ids must not turn into requests to the issuer. While the issuer is away its last
/// keys go on being used.
final class IssuerKeys: Sendable {
  static let minimumPause = Duration.seconds(30)

  let issuer: Issuer
  private let fetch: KeyFetcher
  private let logger: Logger
  private let state = Mutex(State())

  private struct State {
    var keys: KeySet?
    var document: [UInt8] = []
    /// Counts changes of the document: tokens verified with older keys are verified again.
    var generation = 0
    var lastAttempt: ContinuousClock.Instant?
    var lastFailed = false
    var running: Task<Void, Never>?
  }

  init(issuer: Issuer, fetch: @escaping KeyFetcher, logger: Logger) {
    self.issuer = issuer
    self.fetch = fetch
    self.logger = logger
  }

  var generation: Int { state.withLock(\.generation) }

  /// Whether there have ever been keys.
  var isLoaded: Bool { state.withLock { $0.keys != nil } }

  /// The key a token names, if need be after asking the issuer.
  func verifier(keyID: String?, algorithm: SigningAlgorithm) async throws(AuthenticationError) -> any JWTAlgorithm {
    if let known = known(keyID, algorithm) { return known }
    await refresh(minimumPause: Self.minimumPause)
    if let known = known(keyID, algorithm) { return known }
    throw state.withLock(\.lastFailed) ? .keysUnavailable : .unknownKey
  }

  /// Loads the keys, unless that was tried within `minimumPause`; whoever comes meanwhile waits for the same attempt.
  func refresh(minimumPause: Duration) async {
    let task = state.withLock { state -> Task<Void, Never>? in
      if let running = state.running { return running }
      if let last = state.lastAttempt, ContinuousClock.now - last < minimumPause { return nil }
      state.lastAttempt = .now
      let task = Task { await self.load() }
      state.running = task
      return task
    }
    await task?.value
  }

  private func known(_ keyID: String?, _ algorithm: SigningAlgorithm) -> (any JWTAlgorithm)? {
    state.withLock { $0.keys }?.verifier(keyID: keyID, algorithm: algorithm)
  }

  private func load() async {
    do {
      let bytes = try await fetch(issuer.keys)
      let document = try JSONDecoder().decode(JWKSDocument.self, from: Data(bytes))
      let keys = try await KeySet(document, algorithms: issuer.algorithms)
      state.withLock { state in
        if state.document != bytes { state.generation += 1 }
        state.document = bytes
        state.keys = keys
        state.lastFailed = false
        state.running = nil
      }
    } catch {
      logger.warning(
        "The keys of an issuer could not be loaded",
        metadata: ["issuer": .string(issuer.url), "error": "\(String(reflecting: error))"])
      state.withLock { state in
        state.lastFailed = true
        state.running = nil
      }
    }
  }
}
