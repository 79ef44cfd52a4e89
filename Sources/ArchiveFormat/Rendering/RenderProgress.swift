/// Where a renderer stands, and that what was promised came in the right order. A mistake here is one of the program, so
/// it traps.
struct RenderProgress: Sendable {
  private enum Stage { case fresh, messages, files, ended }

  private var stage = Stage.fresh
  private var messagesLeft: Int
  private var filesLeft: Int

  init(_ document: SpaceDocument) {
    messagesLeft = document.messageCount
    filesLeft = document.fileCount
  }

  mutating func begin() {
    precondition(stage == .fresh, "begin comes first, and once")
    stage = .messages
  }

  mutating func message() {
    precondition(stage == .messages, "messages come after begin and before files")
    messagesLeft -= 1
  }

  /// Whether this is the first file, so that the list of messages has to be ended before it.
  mutating func file() -> Bool {
    precondition(stage == .messages || stage == .files, "files come after messages and before end")
    filesLeft -= 1
    defer { stage = .files }
    return stage == .messages
  }

  /// Whether there was no file, so that the list of messages has to be ended still.
  mutating func end() -> Bool {
    precondition(stage == .messages || stage == .files, "end comes once, after begin")
    precondition(messagesLeft == 0 && filesLeft == 0, "the document promised other counts")
    defer { stage = .ended }
    return stage == .messages
  }
}
