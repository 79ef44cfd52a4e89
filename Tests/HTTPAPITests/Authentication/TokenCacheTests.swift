import Testing

@testable import HTTPAPI

@Suite struct TokenCacheTests {
  private func token(_ subject: String, expiresAt: Int64 = 1000) -> VerifiedToken {
    VerifiedToken(
      issuer: "i", subject: subject, expiresAt: expiresAt, authTime: nil, acr: nil, name: nil, email: nil, hetu: nil,
      nonDisclosure: false, vouchesForStaff: true, customerStanding: .accepted)
  }

  private func digest(_ text: String) -> TokenDigest { TokenDigest(text[...]) }

  @Test func forgetsAtExpiry() {
    let cache = TokenCache(capacity: 16)
    cache.insert(digest("a"), token("a"), generation: 1, now: 0)
    #expect(cache.find(digest("a"), now: 999) { _ in 1 }?.subject == "a")
    #expect(cache.find(digest("a"), now: 1000) { _ in 1 } == nil)
    #expect(cache.find(digest("b"), now: 0) { _ in 1 } == nil)
  }

  @Test func forgetsWhenKeysChange() {
    let cache = TokenCache(capacity: 16)
    cache.insert(digest("a"), token("a"), generation: 1, now: 0)
    #expect(cache.find(digest("a"), now: 0) { _ in 2 } == nil)
  }

  @Test func staysWithinItsCapacity() {
    let cache = TokenCache(capacity: 160)
    for number in 0..<5000 { cache.insert(digest("\(number)"), token("\(number)"), generation: 1, now: 0) }
    #expect((80...160).contains(cache.count))
  }

  @Test func dropsTheExpiredFirst() {
    let cache = TokenCache(capacity: 1600)
    for number in 0..<5000 { cache.insert(digest("old \(number)"), token("o", expiresAt: 10), generation: 1, now: 0) }
    for number in 0..<400 { cache.insert(digest("\(number)"), token("\(number)"), generation: 1, now: 20) }
    let kept = (0..<400).count { cache.find(digest("\($0)"), now: 20) { _ in 1 } != nil }
    #expect(kept == 400)
  }
}
