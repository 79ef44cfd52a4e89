extension MailMessage {
  /// The bytes to send: RFC 5322 with MIME (RFC 2045–2047), ASCII, lines ended by CRLF and no longer than 76 bytes save
  /// for addresses and ids that can't be folded. The same mail gives the same bytes.
  ///
  /// No line begins with a dot, so that nothing depends on how the transport doubles dots (RFC 5321 §4.5.2).
  public func rendered() -> [UInt8] {
    var lines = [
      "Date: \(date.rfc5322)",
      HeaderText.address(from, in: "From"),
      HeaderText.address(to, in: "To"),
    ]
    if let replyTo { lines.append(HeaderText.address(replyTo, in: "Reply-To")) }
    lines += [
      "Message-ID: <\(messageID)>",
      HeaderText.unstructured(subject, in: "Subject"),
      "MIME-Version: 1.0",
      "Content-Language: \(language)",
      // RFC 3834 §5 for vacation programs; the second line is the same for Exchange.
      "Auto-Submitted: auto-generated",
      "X-Auto-Response-Suppress: All",
    ]
    guard let html else { return Array((lines + Self.part(text, subtype: "plain")).joinedLines.utf8) }
    lines.append("Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"")
    lines += ["", "--\(boundary)"] + Self.part(text, subtype: "plain")
    lines += ["--\(boundary)"] + Self.part(html, subtype: "html")  // the last is the one preferred
    lines.append("--\(boundary)--")
    return Array(lines.joinedLines.utf8)
  }

  private static func part(_ text: String, subtype: String) -> [String] {
    [
      "Content-Type: text/\(subtype); charset=utf-8",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      QuotedPrintable.encode(text),
    ]
  }

  /// Of the Message-ID, so that a retry has the same. `=_` never occurs in quoted-printable text, so that no body can
  /// hold it.
  private var boundary: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
    for byte in messageID.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return "=_" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension [String] {
  fileprivate var joinedLines: String { joined(separator: "\r\n") + "\r\n" }
}
