import Foundation
import Guidance
import Lifecycle

/// The repository's policy, with some texts of it replaced.
enum Samples {
  static func policy(_ changes: [(String, String)] = []) throws -> Policy {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    var text = try String(contentsOf: root.appending(path: "Policies/ohjaustila.yaml"), encoding: .utf8)
    for (old, new) in changes {
      precondition(text.contains(old), "the policy does not say \(old)")
      text = text.replacing(old, with: new)
    }
    return try PolicyFile.parse(text, file: "ohjaustila.yaml")
  }

  static func day(_ text: String) throws -> CivilDate { try CivilDate(iso8601: text) }
}
