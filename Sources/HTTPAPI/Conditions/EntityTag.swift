/// An entity tag (RFC 9110 §8.8.3): what a client says it has of a resource.
struct EntityTag: Hashable, Sendable {
  /// Between the quotes; kept as bytes, for Swift takes some different texts for equal.
  private let opaque: [UInt8]
  /// Marked `W/`: names something equivalent, not the same bytes.
  let isWeak: Bool

  /// A strong tag of visible ASCII letters, none a quote.
  init(_ opaque: String) {
    self.opaque = Array(opaque.utf8)
    isWeak = false
  }

  fileprivate init(opaque: [UInt8], isWeak: Bool) {
    self.opaque = opaque
    self.isWeak = isWeak
  }

  /// Reads one tag and nothing else; nil when the text is none.
  init?(field: String) {
    var reader = EntityTagReader(field)
    guard let tag = reader.tag(), reader.isAtEnd else { return nil }
    self = tag
  }

  /// As the header field has it.
  var field: String { "\(isWeak ? "W/" : "")\"\(String(decoding: opaque, as: UTF8.self))\"" }

  /// The same bytes for certain: weak tags match nothing (§8.8.3.2).
  func matchesStrongly(_ other: EntityTag) -> Bool { !isWeak && self == other }

  /// The same or as good as the same.
  func matchesWeakly(_ other: EntityTag) -> Bool { opaque == other.opaque }
}

/// What `If-Match` and `If-None-Match` list.
enum EntityTagList: Equatable, Sendable {
  /// `*`: whatever there is.
  case any
  case tags([EntityTag])

  /// Reads a field's value; a value that breaks the grammar lists nothing, and so matches nothing.
  init(field: String) {
    var reader = EntityTagReader(field)
    if reader.accept(UInt8(ascii: "*")) {
      self = reader.isAtEnd ? .any : .tags([])
      return
    }
    var tags: [EntityTag] = []
    repeat {
      // Empty elements may stand in a list (§5.6.1.2).
      if reader.isAtEnd || reader.isBefore(UInt8(ascii: ",")) { continue }
      guard let tag = reader.tag() else {
        self = .tags([])
        return
      }
      tags.append(tag)
    } while reader.accept(UInt8(ascii: ","))
    self = .tags(reader.isAtEnd ? tags : [])
  }

  func contains(_ matches: (EntityTag) -> Bool) -> Bool {
    switch self {
    case .any: true
    case .tags(let tags): tags.contains(where: matches)
    }
  }
}

/// Reads entity tags byte by byte: a tag may hold commas, and bytes that are no text.
private struct EntityTagReader {
  private var rest: ArraySlice<UInt8>

  init(_ field: String) { rest = Array(field.utf8)[...] }

  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return rest.isEmpty
    }
  }

  mutating func isBefore(_ byte: UInt8) -> Bool {
    skipSpace()
    return rest.first == byte
  }

  mutating func accept(_ byte: UInt8) -> Bool {
    guard isBefore(byte) else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func tag() -> EntityTag? {
    skipSpace()
    let isWeak = rest.starts(with: "W/\"".utf8)
    if isWeak { rest = rest.dropFirst(2) }
    guard rest.first == UInt8(ascii: "\"") else { return nil }
    let opaque = rest.dropFirst().prefix { $0 == 0x21 || (0x23...0x7E).contains($0) || $0 >= 0x80 }
    rest = rest.dropFirst(1 + opaque.count)
    guard rest.first == UInt8(ascii: "\"") else { return nil }
    rest = rest.dropFirst()
    return EntityTag(opaque: Array(opaque), isWeak: isWeak)
  }

  private mutating func skipSpace() { rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } }
}
