public import HTTPTypes
public import Logging
public import ServiceLifecycle

/// Says who sent a request, by its bearer token. As a service it keeps the issuers' keys fresh.
public final class Authenticator: Service {
  /// Longer tokens are refused unread, in bytes.
  public static let maximumTokenLength = 8 * 1024
  /// How often keys are loaded anew, so that a withdrawn key stops counting.
  static let refreshInterval = Duration.seconds(600)

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
  public init(
    issuers: [Issuer], clock: @escaping @Sendable () -> Int64, cacheCapacity: Int = 16_384,
    fetch: KeyFetcher? = nil, logger: Logger
  ) {
    keys = issuers.map { IssuerKeys(issuer: $0, fetch: fetch ?? KeyFetchers.standard, logger: logger) }
    verifier = TokenVerifier(issuers: Dictionary(uniqueKeysWithValues: keys.map { ($0.issuer.url, $0) }))
    cache = TokenCache(capacity: cacheCapacity)
    self.clock = clock
  }

  /// Loads all keys. An issuer that is away is logged and tried again later; it stops nobody else.
  public func loadKeys() async {
    await withDiscardingTaskGroup { group in
      for issuer in keys { group.addTask { await issuer.refresh(minimumPause: .zero) } }
    }
  }

  /// Keeps the keys fresh until shutdown: every ten minutes, every half minute while an issuer has none.
  public func run() async {
    try? await cancelWhenGracefulShutdown {
      while true {
        await self.loadKeys()
        let complete = self.keys.allSatisfy(\.isLoaded)
        try await Task.sleep(for: complete ? Self.refreshInterval : IssuerKeys.minimumPause)
      }
    }
  }

  /// The bearer of the request's token.
  public func identity(of headers: HTTPFields) async throws(AuthenticationError) -> VerifiedToken {
    let token = try Self.bearerToken(headers)
    let digest = TokenDigest(token)
    let now = clock()
    if let known = cache.find(digest, now: now, generation: generation) { return known }
    let verified = try await verifier.verify(token, at: now)
    if now < verified.expiresAt {
      cache.insert(digest, verified, generation: generation(verified), now: now)
    }
    return verified
  }

  private func generation(_ token: VerifiedToken) -> Int {
    verifier.issuers[token.issuer]?.generation ?? -1
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
