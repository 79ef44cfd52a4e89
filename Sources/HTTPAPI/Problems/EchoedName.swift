/// Names that clients send and that go back to them in a problem, so that a mistyped one is found.
///
/// Only what looks like a name of ours is repeated: anything else may be a person's name, address or identity code in the
/// wrong place, and problems end up in logs.
enum EchoedName {
  static let maximumLength = 40

  /// The name if it is camel case in ASCII letters, as all names of the contract are; nil otherwise.
  static func safe(_ name: String) -> String? {
    guard (1...maximumLength).contains(name.utf8.count),
      let first = name.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first),
      name.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) })
    else { return nil }
    return name
  }
}
