/// Writes index.html: the space for a person to read, in one language, without script or outside reference.
///
/// Messages are grouped by the local day they were sent on. Text of users is escaped by construction (see `HTML`) and
/// isolated from the direction of the text around it. Aims at WCAG 2.2 AA.
public struct HTMLRenderer: SpaceRenderer {
  private let document: SpaceDocument
  private let parts: PageParts
  private let items: PageItems
  private var progress: RenderProgress
  private var day: CivilDay?

  /// Renders the space of `document` with the page's own words in `language`.
  public init(language: ArchiveLanguage, _ document: SpaceDocument) {
    self.document = document
    parts = PageParts(language: language, document: document)
    items = PageItems(parts: parts)
    progress = RenderProgress(document)
  }

  /// Everything before the messages.
  public mutating func begin(into output: inout [UInt8]) {
    progress.begin()
    let sections = PageSections(document: document, parts: parts)
    var page = PageHead(document: document, parts: parts).html
    page += sections.basics
    page += sections.participants
    page += sections.timeline
    page += parts.section("messages", parts.texts.sections.messages)
    page += summary(document.messageCount, parts.texts.counts.message, parts.texts.counts.messages)
    if document.messageCount == 0 { page += "<p>\(parts.texts.noMessages)</p>\n" }
    page.drain(into: &output)
  }

  /// The next message.
  public mutating func message(_ message: ArchivedMessage, into output: inout [UInt8]) {
    progress.message()
    var page: HTML = ""
    if day != message.sentAt.local.date {
      if day != nil { page += "</ol>\n" }
      day = message.sentAt.local.date
      page += items.dayStart(message.sentAt.local.date)
    }
    page += items.message(message)
    page.drain(into: &output)
  }

  /// The next file.
  public mutating func file(_ file: ArchivedFile, into output: inout [UInt8]) {
    var page: HTML = ""
    if progress.file() {
      page += messagesEnd
      page += summary(document.fileCount, parts.texts.counts.file, parts.texts.counts.files)
      page += "<ul class=\"plain\">\n"
    }
    page += items.file(file)
    page.drain(into: &output)
  }

  /// Everything after the files.
  public mutating func end(into output: inout [UInt8]) {
    var page: HTML = ""
    if progress.end() {
      page += messagesEnd
      page += "<p>\(parts.texts.noFiles)</p>\n"
    } else {
      page += "</ul>\n"
    }
    page += "</section>\n"
    let sections = PageSections(document: document, parts: parts)
    page += sections.feedback
    page += sections.authenticity
    page += "</main>\n<footer>\n<p>\(parts.texts.footer)</p>\n</footer>\n</div>\n</body>\n</html>\n"
    page.drain(into: &output)
  }

  /// The end of the messages and the start of the files.
  private var messagesEnd: HTML {
    let list: HTML = day == nil ? "" : "</ol>\n"
    return "\(list)</section>\n\(parts.section("files", parts.texts.sections.files))"
  }

  private func summary(_ count: Int, _ one: String, _ many: String) -> HTML {
    count == 0 ? "" : "<p class=\"small\">\(count)\u{A0}\(count == 1 ? one : many)</p>\n"
  }
}
