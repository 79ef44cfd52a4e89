import Guidance

/// Ids of requests: the client's when it is a harmless token, else one of our own.
enum RequestID {
  static let maximumLength = 64

  /// The client's id if it may go into logs and headers as it is.
  static func accept(_ candidate: String?) -> String? {
    guard let candidate, (1...maximumLength).contains(candidate.utf8.count) else { return nil }
    let harmless = candidate.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    return harmless && !containsIdentityCode(candidate) ? candidate : nil
  }

  /// Whether somebody's personal identity code is part of it: what correlates requests must not name people.
  private static func containsIdentityCode(_ candidate: String) -> Bool {
    let bytes = Array(candidate.utf8)
    guard bytes.count >= 11 else { return false }
    return (0...(bytes.count - 11)).contains { start in
      (try? PersonalIdentityCode(String(decoding: bytes[start..<(start + 11)], as: UTF8.self))) != nil
    }
  }

  /// 64 random bits: enough to find a line in a log.
  static func make() -> String {
    String(UInt64.random(in: .min ... .max), radix: 16)
  }
}
