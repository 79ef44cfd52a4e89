/// The start of index.html, up to `<main>`.
struct PageHead {
  let document: SpaceDocument
  let parts: PageParts

  var html: HTML {
    let texts = parts.texts
    return """
      <!DOCTYPE html>
      <html lang="\(texts.language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="referrer" content="no-referrer">
      <meta name="robots" content="noindex">
      <title>\(isolated: document.title) – \(texts.kind)</title>
      \(PageStyle.sheet)</head>
      <body>
      <a class="skip" href="#messages">\(texts.skipToMessages)</a>
      <div class="wrap">
      <header>
      <p class="kind">\(texts.kind)</p>
      <h1\(parts.contentLanguage)><bdi>\(document.title)</bdi></h1>
      <div class="lead">\(texts.introduction(parts.time(document.contentAsOf)))</div>
      </header>
      \(navigation)<main>

      """
  }

  private var navigation: HTML {
    let sections = parts.texts.sections
    var items: HTML = ""
    for (id, title) in [
      ("basics", sections.basics), ("participants", sections.participants), ("timeline", sections.timeline),
      ("messages", sections.messages), ("files", sections.files),
    ] {
      items += "<li><a href=\"#\(id)\">\(title)</a></li>\n"
    }
    if document.feedback != nil { items += "<li><a href=\"#feedback\">\(sections.feedback)</a></li>\n" }
    items += "<li><a href=\"#authenticity\">\(sections.authenticity)</a></li>\n"
    return "<nav aria-label=\"\(parts.texts.contents)\">\n<ul>\n\(items)</ul>\n</nav>\n"
  }
}
