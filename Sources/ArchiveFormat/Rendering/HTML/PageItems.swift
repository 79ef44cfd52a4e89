/// One message, one file of index.html.
struct PageItems: Sendable {
  let parts: PageParts

  /// An item of the day's list; `#m12` leads to it.
  func message(_ message: ArchivedMessage) -> HTML {
    """
    <li class="message \(message.senderRole.rawValue)" id="m\(message.number)">
    <p class="by">\(parts.name(message.senderName)) <span class="role">\(parts.texts.roles(message.senderRole))</span> \
    \(parts.clock(message.sentAt)) \
    <a class="number" href="#m\(message.number)"><span class="unseen">\(parts.texts.messageNumber) </span>\
    #\(message.number)</a></p>
    \(text(of: message))
    </li>

    """
  }

  private func text(of message: ArchivedMessage) -> HTML {
    guard let text = message.text else { return "<p class=\"small\">\(parts.texts.removedMessage)</p>" }
    return "<div class=\"text\" dir=\"auto\"\(parts.contentLanguage)>\(text)</div>"
  }

  /// A name without the controls that turn letters around, with which a program's name can be read as a picture's.
  private static func plain(_ name: String) -> String {
    let isOverride = { (scalar: Unicode.Scalar) in
      (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
    return String(String.UnicodeScalarView(name.unicodeScalars.map { isOverride($0) ? "\u{FFFD}" : $0 }))
  }

  /// The heading above the messages of one day, and the start of their list.
  func dayStart(_ day: CivilDay) -> HTML {
    "<h3 class=\"day\"><time datetime=\"\(day.iso)\">\(parts.calendar.longDay(day))</time></h3>\n<ol>\n"
  }

  /// An item of the list of files.
  func file(_ file: ArchivedFile) -> HTML {
    """
    <li>
    <a class="name" href="\(RelativeLink.encode(file.path))"><bdi>\(Self.plain(file.originalName))</bdi></a>
    <p class="small">\(parts.sizes.size(file.size)) · <bdi>\(file.contentType)</bdi> · \
    \(parts.name(file.uploaderName)), \(parts.texts.roles(file.uploaderRole)) · \(parts.time(file.uploadedAt))</p>
    \(otherName(of: file))<p class="small">\(parts.texts.checksum): <span class="hash">\(file.sha256)</span></p>
    </li>

    """
  }

  /// Under which name it is found in the package, when that is another than it was given.
  private func otherName(of file: ArchivedFile) -> HTML {
    if file.path == ArchivePath.file(file.originalName) { return "" }
    return "<p class=\"small\">\(parts.texts.nameInPackage): <bdi>\(file.path)</bdi></p>\n"
  }
}
