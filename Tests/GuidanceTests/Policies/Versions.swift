import Foundation
import Guidance
import Lifecycle
import TestSupport

/// Versions of the repository's policy as files would have them.
enum Versions {
  static func text() throws -> String {
    try String(contentsOf: TestInstallation.repository.appending(path: "Policies/ohjaustila.yaml"), encoding: .utf8)
  }

  static func first() throws -> Policy { try PolicyFile.parse(text(), file: "ohjaustila.yaml") }

  /// The first version with another number and other texts in place of its own.
  static func version(_ number: Int, _ changes: [(String, String)] = []) throws -> Policy {
    var text = try text().replacing("version: 1\n", with: "version: \(number)\n")
    for (old, new) in changes {
      precondition(text.contains(old), "the policy does not say \(old)")
      text = text.replacing(old, with: new)
    }
    return try PolicyFile.parse(text, file: "ohjaustila-\(number).yaml")
  }

  /// An archive of nine months instead of twelve, closing after two of three.
  static func shorter() throws -> Policy {
    try version(2, [("P12M\n    source: >-\n      \"ark", "P9M\n    source: >-\n      \"ark"), inactivity("P2M")])
  }

  /// Closing after five months instead of three.
  static func longer() throws -> Policy { try version(2, [inactivity("P5M")]) }

  private static func inactivity(_ period: String) -> (String, String) {
    ("inactivity:\n    period: P3M", "inactivity:\n    period: \(period)")
  }
}
