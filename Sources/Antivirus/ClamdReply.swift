/// What clamd says of a stream.
public enum ClamdReply: Sendable, Equatable {
  /// Nothing was found.
  case clean
  /// Something was found, by the name of its signature.
  case found(String)
  /// The stream is longer than clamd.conf's `StreamMaxLength`, or than it looks at (`AlertExceedsMax`).
  case tooLarge
  /// Anything else.
  case other(String)

  /// Reads a reply without the byte that ends it: `stream: OK`, `stream: NAME FOUND`, `… ERROR`.
  public init(_ text: String) {
    if text.hasSuffix("size limit exceeded. ERROR") {
      self = .tooLarge
    } else if text == "stream: OK" {
      self = .clean
    } else if text.hasPrefix("stream: "), text.hasSuffix(" FOUND") {
      let name = text.dropFirst("stream: ".count).dropLast(" FOUND".count)
      self = name.hasPrefix("Heuristics.Limits.Exceeded") ? .tooLarge : .found(String(name))
    } else {
      self = .other(text)
    }
  }
}
