import Lifecycle
import Vault

/// What a preview hands out and the change wants back, so that nobody applies what nobody looked at.
///
/// Its form is `<expiry in microseconds>.<hexadecimal keyed hash>`. The hash covers the register, the scope, the digests of
/// all versions up to the new one, and the expiry: another version, another organisation, a policy file that changed
/// meanwhile or an hour that passed make it invalid. It does not cover the spaces, which live on meanwhile: what can't be
/// done to one of them is refused for that one when the change comes to it.
struct PolicyToken {
  static let lifetime: Duration = .seconds(3600)

  let change: PolicyChange
  let keys: KeyRing

  /// A token that is good for an hour.
  func issue(at now: Instant) -> (text: String, expiresAt: Instant) {
    let expiresAt = now + Self.lifetime
    return (text(expiringAt: expiresAt), expiresAt)
  }

  /// Whether a preview of this very change gave the text, and its hour is not over.
  func accepts(_ text: String, at now: Instant) -> Bool {
    guard let microseconds = text.split(separator: ".").first.flatMap({ Int64($0) }) else { return false }
    let expiresAt = Instant(microseconds: microseconds)
    guard now < expiresAt, expiresAt <= now + Self.lifetime + .seconds(60) else { return false }
    return Self.isEqual(text, self.text(expiringAt: expiresAt))
  }

  private func text(expiringAt expiresAt: Instant) -> String {
    let digests = (change.earlier + [change.next]).map { Hexadecimal.encode($0.digest) }
    let scope = change.organisation?.description ?? "all"
    let parts = [change.next.register, "\(change.next.version)", scope, "\(expiresAt.microseconds)"] + digests
    let code = keys.blindIndex.digest(parts.map { "\($0.utf8.count):\($0)" }.joined(), kind: .policyPreview)
    return "\(expiresAt.microseconds).\(Hexadecimal.encode(code))"
  }

  /// In a time that tells nothing of where the two differ.
  private static func isEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
