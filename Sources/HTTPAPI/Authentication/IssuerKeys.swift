import FoundationEssentials
import JWTKit
import Logging
import Synchronization

/// One issuer and its current keys: loaded at start, again when they have come of age, and when a token names a key that
/// is not known. While the issuer is away its last keys go on being used, for some hours.
final class IssuerKeys: Sendable {
  let issuer: Issuer
  private let fetch: KeyFetcher
  private let now: @Sendable () -> ContinuousClock.Instant
  private let logger: Logger
  private let state: Mutex<(keys: KeyState, running: Task<Void, Never>?)>

  init(
    issuer: Issuer, timing: KeyState.Timing = .init(),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    fetch: @escaping KeyFetcher, logger: Logger
  ) {
    self.issuer = issuer
    self.fetch = fetch
    self.now = now
    self.logger = logger
    state = Mutex((KeyState(timing), nil))
  }

  /// What tokens verified with the present keys are remembered under.
  var generation: Int? { state.withLock { $0.keys.generation(at: now()) } }

  /// Whether the last attempt to load keys failed, and whether older ones still count.
  var outage: IssuerOutage? {
    state.withLock { state in
      guard state.keys.isAway else { return nil }
      return IssuerOutage(issuer: issuer.url, hasKeys: state.keys.usable(at: now()) != nil)
    }
  }

  /// A key, and the generation of the set that it is from.
  typealias Known = (key: any JWTAlgorithm, generation: Int)

  /// The key a token names, if need be after asking the issuer.
  func verifier(keyID: String?, algorithm: SigningAlgorithm) async throws(AuthenticationError) -> Known {
    if let known = known(keyID, algorithm) { return known }
    await loadOnDemand()
    if let known = known(keyID, algorithm) { return known }
    // While the issuer is away nobody knows what it publishes.
    throw state.withLock(\.keys.isAway) ? .keysUnavailable : .unknownKey
  }

  /// Loads the keys because a token can't be judged with those there are, unless that was tried a moment ago.
  func loadOnDemand() async {
    await loading { $0.demand(at: $1) }?.value
  }

  /// Loads the keys; whoever comes meanwhile waits for the same attempt.
  func load() async {
    await loading { _, _ in true }?.value
  }

  /// Loads the keys whenever they have come of age, until the task is cancelled: then nothing is waited for.
  func keepLoaded() async throws {
    while true {
      let attempt = loading { _, _ in true }
      await withTaskCancellationHandler {
        await attempt?.value
      } onCancel: {
        attempt?.cancel()
      }
      try await Task.sleep(until: state.withLock(\.keys.nextLoad) ?? now(), clock: .continuous)
    }
  }

  private func known(_ keyID: String?, _ algorithm: SigningAlgorithm) -> Known? {
    let now = now()
    let (keys, generation) = state.withLock { ($0.keys.usable(at: now), $0.keys.generation(at: now)) }
    guard let key = keys?.verifier(keyID: keyID, algorithm: algorithm), let generation else { return nil }
    return (key, generation)
  }

  /// The attempt under way, or a new one if there may be one.
  private func loading(_ may: (inout KeyState, ContinuousClock.Instant) -> Bool) -> Task<Void, Never>? {
    state.withLock { state in
      if let running = state.running { return running }
      let now = now()
      guard may(&state.keys, now) else { return nil }
      state.keys.begin(at: now)
      let task = Task { await self.attempt() }
      state.running = task
      return task
    }
  }

  private func attempt() async {
    do {
      let fetched = try await fetch(issuer)
      let document = try JSONDecoder().decode(JWKSDocument.self, from: Data(fetched.bytes))
      let keys = try await KeySet(document, algorithms: issuer.algorithms)
      let wasAway = state.withLock { state in
        state.running = nil
        return state.keys.succeeded(keys, document: fetched.bytes, goodFor: fetched.goodFor, at: now())
      }
      if wasAway { logger.notice("The keys of an issuer are back", metadata: ["issuer": .string(issuer.url)]) }
    } catch {
      let isFirst = state.withLock { state in
        state.running = nil
        return state.keys.failed()
      }
      logger.log(
        level: isFirst ? .warning : .debug, "The keys of an issuer could not be loaded; it is tried again",
        metadata: ["issuer": .string(issuer.url), "error": "\(String(reflecting: error))"])
    }
  }
}
