import Foundation
import TestSupport
import Testing

@testable import Mail

/// What is sent, as Python's strict parser reads it.
@Suite struct RenderingTests {
  private struct Parsed: Decodable {
    let headers: [String: String]
    let count: [String: Int]
    let from: String
    let to: String
    let toName: String
    let replyTo: String?
    let types: [String]
    let plain: String
    let html: String?
  }

  private static let parser = """
    import email, email.policy, email.utils, json, sys
    from email.header import decode_header, make_header
    policy = email.policy.strict.clone(linesep="\\r\\n", max_line_length=998)
    mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=policy)
    def body(part):
        return part.get_payload(decode=True).decode("utf-8").replace("\\r\\n", "\\n")
    parts = [part for part in mail.walk() if not part.is_multipart()]
    defects = [str(d) for part in mail.walk() for d in part.defects]
    defects += [str(d) for part in mail.walk() for value in part.values() for d in value.defects]
    assert not defects, defects
    to = mail["To"].addresses
    assert len(to) == len(mail["From"].addresses) == 1
    # Python 3.11 puts a space between two encoded words of a name (its issue 92081); its older decoder doesn't.
    name = email.utils.parseaddr(email.message_from_binary_file(open(sys.argv[1], "rb"))["To"])[0]
    print(json.dumps({
        "headers": {name: str(mail[name]) for name in mail.keys()},
        "count": {name: len(mail.get_all(name)) for name in mail.keys()},
        "from": mail["From"].addresses[0].addr_spec, "to": to[0].addr_spec,
        "toName": str(make_header(decode_header(name))),
        "replyTo": mail["Reply-To"].addresses[0].addr_spec if mail["Reply-To"] else None,
        "types": [part.get_content_type() for part in mail.walk()],
        "plain": body(parts[0]), "html": body(parts[1]) if len(parts) > 1 else None}))
    """

  private func parsed(_ mail: MailMessage) throws -> Parsed {
    let file = FileManager.default.temporaryDirectory.appending(path: "ohjaustila-\(UUID()).eml")
    try Data(mail.rendered()).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: try TestPython.interpreter.get())
    process.arguments = ["-c", Self.parser, file.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try JSONDecoder().decode(Parsed.self, from: data)
  }

  /// ASCII, CRLF, no line too long (save one address or id that can't be folded) and none with a leading dot.
  private func checkLines(_ mail: MailMessage) {
    let bytes = mail.rendered()
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
    #expect(bytes.allSatisfy { 0x20..<0x7f ~= $0 || [0x09, 0x0a, 0x0d].contains($0) })
    #expect(lines.allSatisfy { !$0.utf8.contains(0x0d) && !$0.utf8.contains(0x0a) && !$0.hasPrefix(".") })
    #expect(lines.allSatisfy { $0.utf8.count <= 76 })
    #expect(lines.last == "")
  }

  @Test func everyHeaderAndBothBodies() throws {
    let mail = try sampleMail()
    let parsed = try parsed(mail)
    #expect(parsed.headers["Subject"] == mail.subject)
    #expect(parsed.headers["Date"] == "Sun, 22 Nov 2026 02:30:00 +0000")
    #expect(parsed.headers["Message-ID"] == "<0192f.1@notices.example.fi>")
    #expect(parsed.headers["Content-Language"] == "fi")
    #expect(parsed.headers["Auto-Submitted"] == "auto-generated")
    #expect(parsed.headers["X-Auto-Response-Suppress"] == "All")
    #expect(parsed.headers["MIME-Version"] == "1.0")
    #expect(parsed.from == "ei-vastausta@example.fi" && parsed.to == "anna.virtanen@example.fi")
    #expect(parsed.types == ["multipart/alternative", "text/plain", "text/html"])
    #expect(parsed.plain == mail.text && parsed.html == mail.html)
    #expect(parsed.count.values.allSatisfy { $0 == 1 })
    checkLines(mail)
  }

  @Test func plainTextAlone() throws {
    let parsed = try parsed(sampleMail(html: nil))
    #expect(parsed.types == ["text/plain"] && parsed.html == nil)
  }

  @Test func sameInputSameBytes() throws {
    #expect(try sampleMail().rendered() == sampleMail().rendered())
    #expect(try sampleMail().rendered() != sampleMail(messageID: "2@example.fi").rendered())
  }

  static let subjects = [
    "", " ", "two  spaces ", "=?utf-8?Q?no?=", "Ohjaustila", String(repeating: "a", count: 500),
    String(repeating: "Åäö ", count: 100), "Ändrade öppettider för vägledningsplatsen; \"citat\" & <html>", "日本語🇫🇮👩‍👩‍👧",
    String(repeating: "short words ", count: 30),
  ]

  @Test(arguments: subjects) func subject(_ subject: String) throws {
    let mail = try sampleMail(subject: subject)
    checkLines(mail)
    #expect(try parsed(mail).headers["Subject"] == subject)
  }

  static let names = [
    "Åke Öberg", "Virtanen, Anna", "\"quoted\" \\ back", "a@b.fi", "=?utf-8?Q?x?=",
    String(repeating: "pitkä nimi ", count: 18), "Työ- ja elinkeinotoimisto <x@y.fi>",
  ]

  @Test(arguments: names) func displayName(_ name: String) throws {
    let address = try MailAddress(address: "anna@example.fi", displayName: name)
    let sample = try sampleMail()
    let mail = try MailMessage(
      from: sample.from, to: address, subject: "x", text: "x", html: nil, messageID: "1@example.fi", date: sample.date,
      language: "sv-FI", replyTo: address)
    checkLines(mail)
    let parsed = try parsed(mail)
    #expect(parsed.toName == name && parsed.to == "anna@example.fi")
    #expect(parsed.replyTo == parsed.to)
  }

  static let texts = [
    "", "\n", ".", ".\n..\n.a\n", "From here\nFrom there", "trailing space \nand tab\t\n\n\n", "=3D =",
    String(repeating: "x", count: 3000), String(repeating: "ä", count: 1500), String(repeating: ".", count: 500),
    String(repeating: " ", count: 200), String(repeating: "From ", count: 100), "--=_0123456789abcdef--\n",
    "bell \u{7} nul \u{0} delete \u{7f}",
  ]

  @Test(arguments: texts) func text(_ text: String) throws {
    let mail = try sampleMail(text: text, html: text)
    checkLines(mail)
    let parsed = try parsed(mail)
    #expect(parsed.plain == text && parsed.html == text)
  }

  @Test func everyLineEndBecomesOne() throws {
    let mail = try sampleMail(text: "a\r\nb\rc\nd\n\re")
    checkLines(mail)
    #expect(try parsed(mail).plain == "a\nb\nc\nd\n\ne")
  }

  /// Random texts of letters that need care, each around a line's length.
  @Test func randomTexts() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix64(seed: seed)
    let alphabet = Array("  \t..==FFrom aåÄö🇫🇮\n\nxyz")
    for _ in 0..<20 {
      let length = Int.random(in: 0...400, using: &random)
      let text = String((0..<length).map { _ in alphabet.randomElement(using: &random) ?? "x" })
      let subject = text.replacing("\n", with: " ").replacing("\t", with: " ")
      let mail = try sampleMail(subject: subject, text: text, html: text)
      checkLines(mail)
      let parsed = try parsed(mail)
      #expect(parsed.plain == text && parsed.headers["Subject"] == subject, "seed \(seed)")
    }
  }

  /// Dates around leap days and at the ends of the range.
  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (951_782_399, "Mon, 28 Feb 2000 23:59:59 +0000"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"), (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 +0000"),
    (1_709_251_200, "Fri, 01 Mar 2024 00:00:00 +0000"), (-1, "Thu, 01 Jan 1970 00:00:00 +0000"),
    (.max, "Fri, 31 Dec 9999 23:59:59 +0000"),
  ]) func date(_ seconds: Int64, _ expected: String) {
    #expect(MailDate(secondsSince1970: seconds).rfc5322 == expected)
  }
}
