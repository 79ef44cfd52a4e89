public import HTTPTypes
public import Logging
public import ServiceLifecycle

/// Says who sent a request, by its bearer token. As a service it keeps the issuers' keys fresh.
public final class Authenticator: Service {
  /// Longer tokens are refused unread, in bytes.
  public static let maximumTokenLength = 8 * 1024

  private let keys: [IssuerKeys]
  private let verifier: TokenVerifier
  private let cache: TokenCache
  private let clock: @Sendable () -> Int64

  /// An authenticator.
  ///
  /// - Parameters:
  ///   - issuers: each URL once; a second one with the same URL is a mistake in the program.
  ///   - clock: now in microseconds since 1970, the same clock the domain uses: in development it can be moved.
  ///   - cacheCapacity: most verified tokens to remember.
  ///   - fetch: gets key sets; by default from files and over HTTPS.
  public convenience init(
    issuers: [Issuer], clock: @escaping @Sendable () -> Int64, cacheCapacity: Int = 16_384,
    fetch: KeyFetcher? = nil, logger: Logger
  ) {
    self.init(
      issuers: issuers, clock: clock, cacheCapacity: cacheCapacity, timing: .init(), now: { .now }, fetch: fetch,
      logger: logger)
  }

  /// The same with other times, on another monotonic clock.
  init(
    issuers: [Issuer], clock: @escaping @Sendable () -> Int64, cacheCapacity: Int = 16_384, timing: KeyState.Timing,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, fetch: KeyFetcher? = nil, logger: Logger
  ) {
    keys = issuers.map { issuer in
      IssuerKeys(issuer: issuer, timing: timing, now: now, fetch: fetch ?? KeyFetchers.standard, logger: logger)
    }
    verifier = TokenVerifier(keys)
    cache = TokenCache(capacity: cacheCapacity)
    self.clock = clock
  }

  /// Loads all keys now. An issuer that is away is logged and tried again later; it stops nobody else.
  func loadKeys() async {
    await withDiscardingTaskGroup { group in
      for issuer in keys { group.addTask { await issuer.load() } }
    }
  }

  /// Keeps the keys fresh until shutdown, each issuer's by itself: one that is slow holds up no other.
  public func run() async {
    // A service that ends takes the others along.
    guard !keys.isEmpty else { return (try? await gracefulShutdown()) ?? () }
    try? await cancelWhenGracefulShutdown {
      try await withThrowingDiscardingTaskGroup { group in
        for issuer in self.keys { group.addTask { try await issuer.keepLoaded() } }
      }
    }
  }

  /// The issuers whose keys could not be loaded at the last attempt.
  public var outages: [IssuerOutage] { keys.compactMap(\.outage) }

  /// The bearer of the request's token.
  public func identity(of headers: HTTPFields) async throws(AuthenticationError) -> VerifiedToken {
    switch try await read(headers) {
    case .known(let token): return token
    case .unchecked(let token, let digest): return try await verify(token, digest).get()
    }
  }

  /// A request's token, read.
  enum Reading {
    /// It was verified before and still counts.
    case known(VerifiedToken)
    /// Its signature has to be checked.
    case unchecked(ScreenedToken, TokenDigest)
  }

  /// Reads the request's token. What can be refused without checking a signature is refused.
  func read(_ headers: HTTPFields) async throws(AuthenticationError) -> Reading {
    let token = try Self.bearerToken(headers)
    let digest = TokenDigest(token)
    if let known = cache.find(digest, now: clock(), generation: { verifier.generation(of: $0.issuer) }) {
      return .known(known)
    }
    return .unchecked(try await verifier.screen(token), digest)
  }

  /// Checks a token's signature, then what it says. The error is a value: the optimiser of Swift 6.3.1 crashes where one
  /// of a set is thrown across `await`, caught, noted and thrown on.
  func verify(_ token: ScreenedToken, _ digest: TokenDigest) async -> Result<VerifiedToken, AuthenticationError> {
    let now = clock()
    do {
      let (verified, generation) = try await verifier.verify(token, at: now)
      if now < verified.expiresAt { cache.insert(digest, verified, generation: generation, now: now) }
      return .success(verified)
    } catch {
      return .failure(error)
    }
  }

  private static func bearerToken(_ headers: HTTPFields) throws(AuthenticationError) -> Substring {
    let values = headers[values: .authorization]
    guard let value = values.first else { throw .missing }
    guard values.count == 1, value.utf8.count <= maximumTokenLength + 7 else {
      throw values.count == 1 ? .tooLong : .malformed
    }
    let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts[0].lowercased() == "bearer" else { throw .missing }
    guard parts.count == 2, !parts[1].isEmpty else { throw .malformed }
    return parts[1]
  }
}
