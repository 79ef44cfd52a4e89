import Synchronization

/// Tokens that have been verified, so that a request costs a hash and not a signature.
///
/// Sixteen locks, each held for a dictionary access; an actor would cost more than it saves. Refused tokens are not
/// kept: they would let a forger fill the cache.
final class TokenCache: Sendable {
  private struct Entry {
    let token: VerifiedToken
    let generation: Int
  }

  private final class Shard: Sendable {
    let entries = Mutex<[TokenDigest: Entry]>([:])
  }

  private let shards = (0..<16).map { _ in Shard() }
  private let shardCapacity: Int

  /// A cache for at most `capacity` tokens (rounded up to sixteenths).
  init(capacity: Int) {
    shardCapacity = max(1, (capacity + 15) / 16)
  }

  var count: Int {
    shards.reduce(0) { $0 + $1.entries.withLock { $0.count } }
  }

  /// The token, unless it has expired or its issuer's keys have changed since.
  func find(_ digest: TokenDigest, now: Int64, generation: (VerifiedToken) -> Int?) -> VerifiedToken? {
    guard let entry = shards[digest.shard].entries.withLock({ $0[digest] }) else { return nil }
    return now < entry.token.expiresAt && generation(entry.token) == entry.generation ? entry.token : nil
  }

  func insert(_ digest: TokenDigest, _ token: VerifiedToken, generation: Int, now: Int64) {
    shards[digest.shard].entries.withLock { entries in
      if entries.count >= shardCapacity { makeRoom(&entries, now: now) }
      entries[digest] = Entry(token: token, generation: generation)
    }
  }

  /// Drops what has expired and, if that was not enough, an eighth of the rest, in the dictionary's random order.
  private func makeRoom(_ entries: inout [TokenDigest: Entry], now: Int64) {
    entries = entries.filter { $0.value.token.expiresAt > now }
    guard entries.count >= shardCapacity else { return }
    for digest in entries.keys.prefix(shardCapacity / 8 + 1) { entries[digest] = nil }
  }
}
