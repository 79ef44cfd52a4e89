public import Lifecycle

/// One thing that happened to a space: a fact, a crossing, a change of participants, content posted.
///
/// Identifiers and codes only; no personal text (architecture.md).
public struct JournalEntry: Sendable {
  /// The code of what happened.
  public let kind: String
  /// When it took effect: for a crossing the boundary's instant, otherwise the instant it was recorded.
  public let effectiveAt: Instant
  /// When it was written down.
  public let recordedAt: Instant
  /// Who brought it about.
  public let actor: JournalActor
  /// Further codes and identifiers, in the order they are hashed.
  public let details: [(name: String, value: String)]

  /// An entry to be chained; `details` are codes and identifiers only.
  public init(
    _ kind: String, effectiveAt: Instant, recordedAt: Instant, actor: JournalActor,
    details: [(name: String, value: String)] = []
  ) {
    self.kind = kind
    self.effectiveAt = effectiveAt
    self.recordedAt = recordedAt
    self.actor = actor
    self.details = details
  }

  /// The bytes that are stored and hashed: JSON with a fixed order of members.
  func canonicalBytes(space: ID<Space>, sequence: Int) -> [UInt8] {
    var text = "{\"v\":1,\"space\":\"\(space)\",\"seq\":\(sequence),\"kind\":\"\(kind)\","
    text += "\"effectiveAt\":\"\(effectiveAt)\",\"recordedAt\":\"\(recordedAt)\",\"actor\":\"\(actor.code)\""
    for detail in details {
      text += ",\"\(Self.escaped(detail.name))\":\"\(Self.escaped(detail.value))\""
    }
    return Array((text + "}").utf8)
  }

  /// Codes need no escaping; a reason or topic code from a policy file is escaped all the same.
  private static func escaped(_ code: String) -> String {
    var result = ""
    for scalar in code.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
