public import Guidance
import Synchronization

/// Who asks too often is told to come later, before anything is done for them.
public final class RateGate: Sendable {
  private struct Principal: Hashable {
    let issuer: ExactText
    let subject: ExactText
  }

  /// A token that was no good, and where it came from.
  private struct BadToken: Hashable {
    let network: NetworkAddress
    let digest: TokenDigest
  }

  /// How often in a minute one bad token is checked anew, where those of all from their address are too many.
  static let checksPerBadToken = 5

  private let limits: RateLimits
  private let callers: TokenBuckets<Principal>
  private let addresses: TokenBuckets<NetworkAddress>
  private let failures: TokenBuckets<NetworkAddress>
  private let badTokens = TokenBuckets<BadToken>(perMinute: checksPerBadToken)
  private let kinds: [RequestCost: TokenBuckets<Principal>]
  private let refusedByAddress = Atomic<Int>(0)
  private let refusedByCaller = Atomic<Int>(0)
  private let refusedByFailures = Atomic<Int>(0)

  /// A gate with all buckets full.
  public init(_ limits: RateLimits) {
    self.limits = limits
    callers = TokenBuckets(perMinute: limits.perCaller)
    addresses = TokenBuckets(perMinute: limits.perAddress)
    failures = TokenBuckets(perMinute: limits.failuresPerAddress)
    kinds = Dictionary(
      uniqueKeysWithValues: RequestCost.allCases.compactMap { cost in
        limits.perCaller(cost).map { (cost, TokenBuckets(perMinute: $0)) }
      })
  }

  /// Requests refused, by what limit, for metrics.
  public var refusals: (address: Int, caller: Int, failures: Int) {
    (
      refusedByAddress.load(ordering: .relaxed), refusedByCaller.load(ordering: .relaxed),
      refusedByFailures.load(ordering: .relaxed)
    )
  }

  /// Lets a request in by where it comes from. Without a network there is no address, and nothing to count.
  func admit(from address: NetworkAddress?) throws(Problem) {
    guard let network = address?.network, let wait = addresses.take(network) else { return }
    refusedByAddress.add(1, ordering: .relaxed)
    throw .tooOften(wait, limit: limits.perAddress, "Too many requests come from your address.")
  }

  /// Lets a token in whose signature has to be checked: not one that was no good before, while too many from the same
  /// address were. What counts is the token, and never whose it says it is: whoever knows somebody's subject could keep
  /// that person's new tokens out by sending bad ones in their name. A token that is new is always checked, and how many
  /// signatures are is bounded by the address's limit.
  func admitCheck(of token: TokenDigest, from address: NetworkAddress?) throws(Problem) {
    guard let network = address?.network, failures.wait(network) != nil else { return }
    guard let wait = badTokens.wait(BadToken(network: network, digest: token)) else { return }
    refusedByFailures.add(1, ordering: .relaxed)
    throw .tooOften(wait, limit: Self.checksPerBadToken, "This token was no good, like too many from your address.")
  }

  /// A token from there was no good.
  func noteFailure(of token: TokenDigest, from address: NetworkAddress?) {
    guard let network = address?.network, failures.take(network) != nil else { return }
    _ = badTokens.take(BadToken(network: network, digest: token))
  }

  /// Lets a request in by who sends it and what work it makes.
  func admit(_ token: VerifiedToken, _ cost: RequestCost) throws(Problem) {
    let principal = Principal(issuer: ExactText(token.issuer), subject: ExactText(token.subject))
    if let wait = callers.take(principal) {
      refusedByCaller.add(1, ordering: .relaxed)
      throw .tooOften(wait, limit: limits.perCaller, "You send too many requests.")
    }
    if let wait = kinds[cost]?.take(principal), let limit = limits.perCaller(cost) {
      refusedByCaller.add(1, ordering: .relaxed)
      throw .tooOften(wait, limit: limit, "You send too many requests of this kind.")
    }
  }
}

extension Problem {
  /// 429: at most `limit` a minute. The wait is told in whole seconds, never too few.
  fileprivate static func tooOften(_ wait: Duration, limit: Int, _ detail: String) -> Problem {
    let (seconds, rest) = wait.components
    var problem = Problem.tooManyRequests(retryAfterSeconds: Int(seconds) + (rest > 0 ? 1 : 0))
    problem.detail = "\(detail) At most \(limit) a minute are taken."
    return problem.with("limit", .int(limit))
  }
}
