/// Pieces that several sections of index.html are made of.
struct PageParts: Sendable {
  let texts: PageTexts
  let calendar: CalendarTexts
  let sizes: SizeTexts
  /// ` lang="…"` where the guidance was in another language than the page (WCAG 2.2, 3.1.2), else nothing.
  let contentLanguage: HTML

  init(language: ArchiveLanguage, document: SpaceDocument) {
    texts = .of(language)
    calendar = CalendarTexts(language: language)
    sizes = SizeTexts(language: language)
    contentLanguage = document.language == language.rawValue ? "" : " lang=\"\(document.language)\""
  }

  /// A moment, for people and machines.
  func time(_ instant: ArchiveInstant) -> HTML {
    "<time datetime=\"\(instant.utc)\">\(calendar.moment(instant.local))</time>"
  }

  /// The clock's time only, where the day stands above.
  func clock(_ instant: ArchiveInstant) -> HTML {
    "<time datetime=\"\(instant.utc)\">\(calendar.clock(instant.local))</time>"
  }

  /// A day, for people and machines.
  func day(_ day: CivilDay) -> HTML { "<time datetime=\"\(day.iso)\">\(calendar.day(day))</time>" }

  /// Somebody's name, kept apart from the direction of the text around it.
  func name(_ name: String?) -> HTML {
    guard let name, !name.isEmpty else { return "<bdi>\(texts.unnamed)</bdi>" }
    return "<bdi>\(name)</bdi>"
  }

  /// The start of a section with its heading.
  func section(_ id: String, _ title: String) -> HTML {
    "<section id=\"\(id)\" aria-labelledby=\"\(id)-heading\">\n<h2 id=\"\(id)-heading\">\(title)</h2>\n"
  }

  /// One line of a list of terms.
  func term(_ term: String, _ value: HTML) -> HTML { "<div><dt>\(term)</dt><dd>\(value)</dd></div>\n" }
}
