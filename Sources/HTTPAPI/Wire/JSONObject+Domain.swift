import Guidance

/// Members in the domain's own types.
extension JSONObject {
  /// A text of one line: not blank, no control characters.
  mutating func line(_ name: String, _ length: ClosedRange<Int>) throws(InvalidMember) -> String {
    try Self.line(required(name), length)
  }

  /// A text of one line that may be left out.
  mutating func optionalLine(_ name: String, _ length: ClosedRange<Int>) throws(InvalidMember) -> String? {
    guard let element = optional(name) else { return nil }
    return try Self.line(element, length)
  }

  private static func line(_ element: JSONElement, _ length: ClosedRange<Int>) throws(InvalidMember) -> String {
    let text = try element.string(length)
    if let rule = text.brokenRuleOfLines { throw element.invalid(rule) }
    return text
  }

  /// An e-mail address that may be left out.
  mutating func optionalEmail(_ name: String) throws(InvalidMember) -> EmailAddress? {
    try optionalParsed(name, "Must be an e-mail address.", length: 254, EmailAddress.init)
  }

  /// A personal identity code that may be left out. The answer says which part is wrong and never repeats the code.
  mutating func optionalIdentityCode(_ name: String) throws(InvalidMember) -> PersonalIdentityCode? {
    guard let element = optional(name) else { return nil }
    let text = try element.string(0...40)
    do {
      return try PersonalIdentityCode(text)
    } catch {
      throw element.invalid("Is no personal identity code: \(error.explanation).")
    }
  }

  /// An identifier.
  mutating func id<Subject>(_ name: String, _: Subject.Type) throws(InvalidMember) -> ID<Subject> {
    try parsed(name, "Must be a UUID.", length: 36) { ID<Subject>($0) }
  }

  /// Codes of a closed set, each once.
  mutating func codes<T: CaseIterable & RawRepresentable<String> & Hashable>(
    _ name: String, _: T.Type
  ) throws -> [T] {
    let codes = try array(name, min: 1, max: T.allCases.count) { try $0.enumeration(T.self) }
    guard Set(codes).count == codes.count else { throw invalid(name, "Must name each once.") }
    return codes
  }

  /// Topics of a space: codes of at most 64 letters, digits, hyphens and underscores, each once; nothing when left out.
  mutating func optionalTopics(_ name: String) throws -> [String]? {
    guard let element = optional(name) else { return nil }
    let topics = try element.array(0...20) { element in
      try element.parsed("Must be a code of letters, digits, - and _.", length: 64) { $0.isTopicCode ? $0 : nil }
    }
    guard Set(topics).count == topics.count else { throw element.invalid("Must name each once.") }
    return topics
  }
}

extension String {
  /// The rule that keeps this from being a text of one line; nothing when it is one.
  var brokenRuleOfLines: String? {
    if unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "Must be one line without control characters."
    }
    return allSatisfy(\.isWhitespace) ? "Must not be blank." : nil
  }

  fileprivate var isTopicCode: Bool {
    !isEmpty
      && unicodeScalars.allSatisfy { $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_" }
  }
}

extension PersonalIdentityCode.Malformed {
  fileprivate var explanation: String {
    switch self {
    case .shape: "it has the form DDMMYY, separator, three digits, check character"
    case .date: "its first six digits are no date"
    case .individualNumber: "its individual number is never given"
    case .checkCharacter: "its check character does not fit"
    }
  }
}
