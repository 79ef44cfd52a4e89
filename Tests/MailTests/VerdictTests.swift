import Testing

@testable import Mail

/// What is made of a conversation, without a server.
@Suite struct VerdictTests {
  private static let commands = ["EHLO a.fi", "AUTH PLAIN", "MAIL FROM:<a@b.fi>", "RCPT TO:<anna@example.fi>", "DATA"]

  /// A conversation up to the answer to the command at this place; beyond the last, to the mail's end.
  private func outcome(_ place: Int, _ answer: String?, failure: SMTPCause? = .connection) throws -> String {
    var conversation = Conversation(bodySize: 10)
    conversation.received(Array("220 mail.example\r\n".utf8))
    for command in Self.commands.prefix(place + 1) {
      #expect(conversation.reply != nil)
      conversation.sent(Array("\(command)\r\n".utf8))
      #expect(conversation.reply == nil)
      let isAnswered = command != Self.commands.prefix(place + 1).last || place >= Self.commands.count
      if isAnswered { conversation.received(Array((command == "DATA" ? "354 go\r\n" : "250 ok\r\n").utf8)) }
    }
    if place >= Self.commands.count { conversation.sentBody(10) }
    if let answer { conversation.received(Array("\(answer)\r\n".utf8)) }
    return Verdict.outcome(
      of: conversation, failure: failure.map { TransferFailure(cause: $0, text: "x") },
      redaction: Redaction(recipient: try MailAddress(address: "anna@example.fi"))
    ).summary
  }

  static let table: [(Int, String?, String)] = [
    (0, "502 5.5.1 no EHLO", "deferred 502 service"),
    (0, "421 4.3.2 bye", "deferred 421 service"),
    (1, "535 5.7.8 wrong", "deferred 535 authentication"),
    (1, "454 4.7.0 later", "deferred 454 authentication"),
    (1, "504 5.5.4 mechanism", "deferred 504 authentication"),
    (2, "451 4.3.0 later", "deferred 451 sender"),
    (2, "550 5.1.8 sender", "deferred 550 sender"),
    (2, "530 5.7.0 log in", "deferred 530 authentication"),
    (2, "552 5.3.4 size", "refused 552 message"),
    (3, "550 5.1.1 who", "refused 550 recipient"),
    (3, "550 who", "refused 550 recipient"),
    (3, "450 4.2.1 full", "deferred 450 recipient"),
    (3, "554 5.7.1 relay", "deferred 554 policy"),
    (3, "530 5.7.0 log in", "deferred 530 authentication"),
    (3, nil, "deferred - connection"),
    (4, "554 5.5.1 no recipients", "refused 554 message"),
    (4, nil, "deferred - connection"),
    (5, "554 5.6.0 content", "refused 554 message"),
    (5, "552 5.2.2 full", "refused 552 message"),
    (5, "451 4.3.0 later", "deferred 451 message"),
    (5, "550 5.7.26 SPF", "deferred 550 policy"),
    (5, "250 2.0.0 ok", "accepted"),
    (5, "354 again", "uncertain connection"),
    (5, "nonsense", "uncertain connection"),
    (5, "250-and then", "uncertain connection"),
    (5, nil, "uncertain connection"),
  ]

  @Test(arguments: table) func verdict(_ place: Int, _ answer: String?, _ expected: String) throws {
    #expect(try outcome(place, answer) == expected)
  }

  /// libcurl content, yet no reply seen: nothing is claimed.
  @Test func contentWithoutReplyIsUncertain() throws {
    #expect(try outcome(5, nil, failure: nil) == "uncertain service")
  }

  /// The bytes of the password may spell a command.
  @Test func authenticationLinesAreNoCommands() {
    var conversation = Conversation(bodySize: 1)
    for line in ["EHLO a.fi", "AUTH LOGIN"] { conversation.sent(Array("\(line)\r\n".utf8)) }
    for line in ["DATA", "EHLO", "QUIT"] {
      conversation.received(Array("334 \r\n".utf8))
      conversation.sent(Array("\(line)\r\n".utf8))
    }
    #expect(conversation.stage == .authentication && !conversation.isLeaving)
  }

  /// QUIT after a failure, and its answer, change nothing.
  @Test func leavingKeepsTheAnswer() {
    var conversation = Conversation(bodySize: 1)
    for line in ["MAIL FROM:<a@b.fi>", "RCPT TO:<c@d.fi>"] { conversation.sent(Array(line.utf8)) }
    conversation.received(Array("550 5.1.1 who\r\n".utf8))
    conversation.sent(Array("QUIT\r\n".utf8))
    conversation.received(Array("221 bye\r\n".utf8))
    #expect(conversation.reply?.code == 550 && conversation.stage == .recipient)
  }

  static let redactions = [
    ("550 5.1.1 <anna.virtanen@example.fi>: unknown", "550 5.1.1 <[address]>: unknown"),
    ("550 User ANNA.VIRTANEN unknown", "550 User [address] unknown"),
    ("550 mailto:x@y.fi,z@y.fi", "550 mailto:[address],[address]"),
    ("550 see https://example.com/?to=anna.virtanen%40example.fi", "550 see https:[address]"),
    ("550 tab\tand \u{1b}[31mred ä", "550 tab and [31mred"),
    ("250 2.0.0 Ok: queued as 4F2A\r\n", "250 2.0.0 Ok: queued as 4F2A"),
    ("550 x@" + String(repeating: "a", count: 5000), "550 [address]"),
  ]

  @Test(arguments: redactions) func redacted(_ text: String, _ expected: String) throws {
    let redaction = Redaction(recipient: try MailAddress(address: "Anna.Virtanen@example.fi"))
    #expect(redaction.clean(text) == expected)
  }

  @Test func shortLocalPartsAreOnlyWholeWords() throws {
    let redaction = Redaction(recipient: try MailAddress(address: "a@example.fi"))
    #expect(redaction.clean("550 a mailbox, a") == "550 [address] mailbox, [address]")
  }
}
