/// How far one mail's exchange with the server has come, told by the commands, replies and body bytes that passed.
///
/// libcurl's error codes don't tell this reliably: a refused recipient is a "send error" to it, and a connection lost
/// before the body looks like one lost behind it.
struct Conversation {
  /// In the order of the protocol.
  enum Stage: Int, Comparable {
    case connecting, hello, encryption, authentication, sender, recipient, body, end

    static func < (one: Stage, other: Stage) -> Bool { one.rawValue < other.rawValue }
  }

  /// A whole reply; of several lines the last.
  struct Reply: Hashable {
    let code: Int
    let text: String
  }

  /// Bytes of the mail, without the dot that ends it.
  let bodySize: Int
  private(set) var stage = Stage.connecting
  /// To the last command, the body's end being one; nil while it is outstanding.
  private(set) var reply: Reply?
  private var bodySent = 0
  /// QUIT went out: what comes in now is no answer to the mail.
  private(set) var isLeaving = false

  init(bodySize: Int) {
    self.bodySize = bodySize
  }

  /// Whether the server may have seen the mail's end. libcurl writes the final dot after the body's last byte, so that
  /// before this the mail surely isn't taken on.
  var isAllSent: Bool { bodySent >= bodySize }

  /// A command went out. What isn't one we wait for (the lines of an authentication) changes nothing.
  mutating func sent(_ command: some Collection<UInt8>) {
    if let next = Self.commands.first(where: { $0.follows.contains(stage) && command.starts(with: $0.verb.utf8) }) {
      stage = next.stage
      reply = nil
      isLeaving = false
    } else if reply?.code != 334, command.starts(with: "QUIT".utf8) {  // 334 asks for a line of an authentication
      isLeaving = true
    }
  }

  /// Bytes of the mail went out.
  mutating func sentBody(_ count: Int) {
    bodySent += count
    guard isAllSent, stage == .body else { return }
    stage = .end
    reply = nil
  }

  /// A line came in.
  mutating func received(_ line: some Collection<UInt8>) {
    guard !isLeaving, let reply = Self.reply(line) else { return }
    self.reply = reply
  }

  private static let commands: [(verb: String, stage: Stage, follows: ClosedRange<Stage>)] = [
    ("EHLO ", .hello, .connecting ... .encryption),
    ("HELO ", .hello, .connecting ... .encryption),
    ("STARTTLS", .encryption, .hello ... .hello),
    ("AUTH ", .authentication, .hello ... .authentication),
    ("MAIL FROM:", .sender, .connecting ... .authentication),  // at once over a connection that was open
    ("RCPT TO:", .recipient, .sender ... .sender),
    ("DATA", .body, .recipient ... .recipient),
  ]

  /// `250 text`; nil for a line that another follows (`250-text`), and for anything else.
  private static func reply(_ line: some Collection<UInt8>) -> Reply? {
    let digits = line.prefix(3)
    guard digits.count == 3, digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
    let rest = line.dropFirst(3)
    if let separator = rest.first, separator == UInt8(ascii: "-") { return nil }
    let code = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    return Reply(code: code, text: String(decoding: line.prefix(1000), as: UTF8.self))
  }
}
