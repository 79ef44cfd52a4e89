import Lifecycle
import Vault

extension Policy {
  /// SHA-256 over everything that the policy says: two files with the same digest make the same promises, whatever their
  /// comments and layout.
  var digest: [UInt8] {
    RunningDigest.sha256(Array(canonicalTexts.map { "\($0.utf8.count):\($0)" }.joined().utf8))
  }

  /// Each term in a fixed order, each list behind its length: equal lists of texts mean equal policies.
  private var canonicalTexts: [String] {
    [self.register, "\(self.version)", self.title, self.source, self.zoneName]
      + Boundary.allCases.flatMap { [self.stages.before($0).period.description, self.stages.before($0).source] }
      + list(self.notices) { notice in
        [notice.code, notice.boundary.rawValue, "\(notice.daysBefore)"] + list(notice.recipients) { [$0.rawValue] }
      }
      + list(self.holds) { [$0.reason, $0.cap.description, "\($0.needsSecondApproval)", $0.source] }
      + list(self.reasons) { [$0] }
      + [self.releaseGrace.description, "\(self.authenticationLeeway.components.seconds)"]
  }

  private func list<Item>(_ items: [Item], _ texts: (Item) -> [String]) -> [String] {
    ["\(items.count)"] + items.flatMap(texts)
  }
}
