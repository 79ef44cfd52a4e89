/// Makes a single file name safe: no path, nothing that Windows, macOS, Linux or a shell's eye would take for something
/// else. ``SafeNames`` makes it unique as well.
public enum SafeName {
  /// Bytes of UTF-8. File systems allow 255 of bytes or UTF-16 units; the rest is for the folder a person unpacks into.
  public static let maximumBytes = 180

  /// A safe form of `original`, or nil when nothing usable is left.
  ///
  /// Letters with marks are put together (NFC) where Unicode has the letter as one scalar in the Latin, Greek and
  /// Cyrillic blocks; separators and reserved characters become `_`; controls, bidirectional controls and other
  /// invisible characters go; leading dots and hyphens become `_`; spaces and dots at the end go; a Windows device
  /// name gets a `_` in front.
  public static func make(from original: String) -> String? {
    var scalars = String.UnicodeScalarView()
    for character in original {
      for scalar in Composition.compose(character) { append(scalar, to: &scalars) }
    }
    let guarded = guardStart(trim(String(scalars)))
    guard guarded.unicodeScalars.contains(where: isVisible) else { return nil }
    let shortened = shorten(guarded, toBytes: maximumBytes)
    return ReservedNames.contains(shortened) ? shorten("_" + shortened, toBytes: maximumBytes) : shortened
  }

  /// `name` with ` (number)` before its extension, shortened where it has to be.
  static func numbered(_ name: String, _ number: Int) -> String {
    let (stem, suffix) = split(name)
    let tail = " (\(number))" + suffix
    return trim(cut(stem, toBytes: maximumBytes - tail.utf8.count)) + tail
  }

  private static func append(_ scalar: Unicode.Scalar, to scalars: inout String.UnicodeScalarView) {
    switch NameScalar(scalar) {
    case .kept: scalars.append(scalar)
    case .space: scalars.append(" ")
    case .reserved: scalars.append("_")
    case .dropped: break
    }
  }

  /// Whether a scalar makes a name one: not what this type puts in itself, and no joiner without letters.
  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "_", ".", " ", "\u{200C}", "\u{200D}": false
    default: true
    }
  }

  /// Windows drops spaces and dots at the end of a name, so that two names would become one.
  private static func trim(_ name: String) -> String {
    var scalars = Substring(name).unicodeScalars
    while scalars.first == " " { scalars.removeFirst() }
    while let last = scalars.last, last == " " || last == "." { scalars.removeLast() }
    return String(scalars)
  }

  /// A leading dot would hide the file from its owner; a leading hyphen or tilde means something to a shell.
  private static func guardStart(_ name: String) -> String {
    guard let first = name.unicodeScalars.first, first == "." || first == "-" || first == "~" else { return name }
    return "_" + String(name.unicodeScalars.dropFirst())
  }

  private static func shorten(_ name: String, toBytes limit: Int) -> String {
    guard name.utf8.count > limit else { return name }
    let (stem, suffix) = split(name)
    return trim(cut(stem, toBytes: limit - suffix.utf8.count)) + suffix
  }

  /// Whole characters where one fits at all; a character may be longer than the limit (a letter under many marks).
  private static func cut(_ text: String, toBytes limit: Int) -> String {
    var result = ""
    var used = 0
    for character in text {
      used += character.utf8.count
      if used > limit { break }
      result.append(character)
    }
    guard result.isEmpty else { return result }
    var scalars = String.UnicodeScalarView()
    used = 0
    for scalar in text.unicodeScalars {
      used += scalar.utf8.count
      if used > limit { break }
      scalars.append(scalar)
    }
    return String(scalars)
  }

  /// The extension with its dot: at most 16 letters and digits of ASCII after the last dot, with something before it.
  private static func split(_ name: String) -> (stem: String, suffix: String) {
    let bytes = Array(name.utf8)
    guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return (name, "") }
    let suffix = bytes[(dot + 1)...]
    let isExtension =
      (1...16).contains(suffix.count)
      && suffix.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      }
    guard isExtension else { return (name, "") }
    return (String(decoding: bytes[..<dot], as: UTF8.self), String(decoding: bytes[dot...], as: UTF8.self))
  }
}
