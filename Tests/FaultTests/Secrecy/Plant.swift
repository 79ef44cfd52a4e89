import Foundation

/// Identifiers of people who exist nowhere else, and every form in which one would be found where it must not be.
enum Plant: String, CaseIterable, Sendable {
  case hetu, email, name, subject

  /// Fictitious test persons' codes (domain.md), and what no rule of ours lets pass.
  var texts: [String] {
    switch self {
    case .hetu: ["010594Y9032", "020594X903P", "030594W903B", "010594Y9033"]
    case .email: ["maija.salainen@example.fi", "ville.salainen@example.fi", "nobody@salainen.example.fi"]
    case .name: ["Maija Salainen-Mäkelä", "Ville Vierassalo"]
    case .subject: ["subjekti-salainen-17", "subjekti-salainen-18"]
    }
  }

  /// The forms of all identifiers of this kind.
  var forms: [(text: String, form: [UInt8])] {
    texts.flatMap { text in Self.forms(of: text).map { (text, $0) } }
  }

  /// As it is, in either case, percent-encoded, JSON-escaped, in hexadecimal, and in base64 at any offset.
  static func forms(of text: String) -> Set<[UInt8]> {
    let spellings = [text, text.lowercased(), text.uppercased()]
    var forms = Set(spellings.map { Array($0.utf8) })
    for spelling in spellings {
      let hexadecimal = spelling.utf8.map { String(format: "%02x", $0) }
      forms.insert(Array(hexadecimal.joined().utf8))
      forms.insert(Array(hexadecimal.joined().uppercased().utf8))
      forms.insert(Array(hexadecimal.map { "%" + $0.uppercased() }.joined().utf8))
      forms.insert(Array(spelling.addingPercentEncoding(withAllowedCharacters: .alphanumerics)?.utf8 ?? "".utf8))
      forms.insert(Array(spelling.unicodeScalars.map { $0.isASCII ? String($0) : escaped($0) }.joined().utf8))
      for offset in 0..<3 { forms.insert(base64(Array(spelling.utf8), offset: offset)) }
    }
    return forms
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String { String(format: "\\u%04x", scalar.value) }

  /// The letters that belong to the text alone when it stands at an offset in something longer.
  private static func base64(_ bytes: [UInt8], offset: Int) -> [UInt8] {
    let whole = Data([UInt8](repeating: 0, count: offset) + bytes).base64EncodedString()
    return Array(whole.utf8.prefix { $0 != UInt8(ascii: "=") }.dropFirst((offset * 8 + 5) / 6).dropLast())
  }

  /// The identifiers of this kind that some bytes have in any form.
  func found(in bytes: [UInt8]) -> Set<String> {
    // By their first two bytes: logs are long, and forms many.
    let byBeginning = Dictionary(grouping: forms) { Int($0.form[0]) << 8 | Int($0.form[1]) }
    var begins = [Bool](repeating: false, count: 1 << 16)
    for beginning in byBeginning.keys { begins[beginning] = true }
    var found: Set<String> = []
    for place in bytes.indices.dropLast() {
      let beginning = Int(bytes[place]) << 8 | Int(bytes[place + 1])
      guard begins[beginning] else { continue }
      for (text, form) in byBeginning[beginning] ?? [] where bytes[place...].starts(with: form) { found.insert(text) }
    }
    return found
  }
}
