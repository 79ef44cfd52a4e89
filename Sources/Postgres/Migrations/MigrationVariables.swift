/// Fills psql-style `:"name"` in a migration's text with quoted identifiers.
///
/// Not in string literals, quoted identifiers and comments; unlike in psql, also within dollar quotes, whose content is
/// read as SQL again. `::casts` stay.
struct MigrationVariables {
  private let file: String
  private let values: [String: String]
  private let text: [UInt8]
  private var output: [UInt8] = []

  private init(_ migration: Migration, _ values: [String: String]) {
    file = migration.fileName
    text = Array(migration.sql.utf8)
    self.values = values
  }

  /// The text with every variable filled in; as many lines as before.
  /// - Throws: ``MigrationError/unknownVariable(file:line:name:)``.
  static func fill(_ migration: Migration, with values: [String: String]) throws -> String {
    var filler = MigrationVariables(migration, values)
    try filler.copy(0..<filler.text.count)
    return String(decoding: filler.output, as: UTF8.self)
  }

  private mutating func copy(_ range: Range<Int>) throws {
    var position = range.lowerBound
    while position < range.upperBound {
      let rest = position..<range.upperBound
      if let end = variableEnd(rest) {
        try fillVariable(position + 2..<end - 1)
        position = end
      } else if let body = dollarBody(rest) {
        output += text[position..<body.lowerBound]
        try copy(body)
        let tag = body.lowerBound - position
        position = min(body.upperBound + tag, range.upperBound)
        output += text[body.upperBound..<position]
      } else {
        let end = max(position + 1, opaqueEnd(rest))
        output += text[position..<end]
        position = end
      }
    }
  }

  private mutating func fillVariable(_ range: Range<Int>) throws {
    let name = String(decoding: text[range], as: UTF8.self)
    guard let value = values[name] else {
      let line = text[..<range.lowerBound].count { $0 == UInt8(ascii: "\n") } + 1
      throw MigrationError.unknownVariable(file: file, line: line, name: name)
    }
    output += SQLIdentifier.quoted(value).utf8
  }

  /// The end of `:"name"`, where the range begins with one that no other colon precedes.
  private func variableEnd(_ range: Range<Int>) -> Int? {
    guard starts(range, with: ":\""), range.lowerBound == 0 || text[range.lowerBound - 1] != UInt8(ascii: ":") else {
      return nil
    }
    let name = range.lowerBound + 2..<range.upperBound
    return text[name].firstIndex(of: UInt8(ascii: "\"")).map { $0 + 1 }
  }

  /// What is between `$tag$` and `$tag$`, where the range begins with one.
  private func dollarBody(_ range: Range<Int>) -> Range<Int>? {
    guard text[range.lowerBound] == UInt8(ascii: "$"),
      range.lowerBound == 0 || !isWord(text[range.lowerBound - 1]),
      let close = text[(range.lowerBound + 1)..<range.upperBound].firstIndex(where: { !isWord($0) }),
      text[close] == UInt8(ascii: "$")
    else { return nil }
    let tag = text[range.lowerBound...close]
    var position = close + 1
    while position + tag.count <= range.upperBound {
      if text[position..<position + tag.count].elementsEqual(tag) { return close + 1..<position }
      position += 1
    }
    return nil
  }

  /// The end of the literal, quoted identifier or comment that the range begins with; else its beginning.
  private func opaqueEnd(_ range: Range<Int>) -> Int {
    let start = range.lowerBound
    switch text[start] {
    case UInt8(ascii: "'"):
      let isEscaped =
        start > 0 && (text[start - 1] | 0x20) == UInt8(ascii: "e") && (start < 2 || !isWord(text[start - 2]))
      return quoteEnd(range, UInt8(ascii: "'"), backslash: isEscaped)
    case UInt8(ascii: "\""):
      return quoteEnd(range, UInt8(ascii: "\""), backslash: false)
    case UInt8(ascii: "-") where starts(range, with: "--"):
      return text[range].firstIndex(of: UInt8(ascii: "\n")) ?? range.upperBound
    case UInt8(ascii: "/") where starts(range, with: "/*"):
      return commentEnd(range)
    default:
      return start
    }
  }

  /// Behind the closing quote. A doubled quote looks like two literals side by side, which comes to the same.
  private func quoteEnd(_ range: Range<Int>, _ quote: UInt8, backslash: Bool) -> Int {
    var position = range.lowerBound + 1
    while position < range.upperBound {
      if backslash, text[position] == UInt8(ascii: "\\") {
        position += 2
      } else if text[position] == quote {
        // A doubled quote in an E'' literal must not end it, or its rest would be read without escapes.
        guard position + 1 < range.upperBound, text[position + 1] == quote else { return position + 1 }
        position += 2
      } else {
        position += 1
      }
    }
    return range.upperBound
  }

  /// Comments nest in SQL.
  private func commentEnd(_ range: Range<Int>) -> Int {
    var depth = 0
    var position = range.lowerBound
    while position < range.upperBound {
      let rest = position..<range.upperBound
      if starts(rest, with: "/*") {
        depth += 1
        position += 2
      } else if starts(rest, with: "*/") {
        depth -= 1
        position += 2
        if depth == 0 { return position }
      } else {
        position += 1
      }
    }
    return range.upperBound
  }

  private func starts(_ range: Range<Int>, with prefix: StaticString) -> Bool {
    text[range].starts(with: UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
