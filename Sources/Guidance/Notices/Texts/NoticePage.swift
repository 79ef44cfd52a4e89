/// A letter as a page: no script, no picture, nothing fetched from anywhere, so that opening it tells nobody.
extension NoticeLetter {
  var html: String {
    let body = paragraphs.map { paragraph in
      switch paragraph {
      case .text(let text): "<p style=\"\(Style.paragraph)\">\(Self.escaped(text))</p>"
      case .code(let code): "<p style=\"\(Style.code)\">\(Self.escaped(code))</p>"
      }
    }
    let opening = link.map { link in
      """
      <p style="\(Style.paragraph)"><a href="\(Self.escaped(link.url))" style="\(Style.button)">\(Self.escaped(link.label))</a></p>
      <p style="\(Style.small)">\(Self.escaped(link.url))</p>
      """
    }
    let end = footer.map { "<p style=\"\(Style.small)\">\(Self.escaped($0))</p>" }
    return """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>\(Self.escaped(subject))</title>
      </head>
      <body style="\(Style.body)">
      <div role="article" lang="\(language.rawValue)" style="\(Style.column)">
      <h1 style="\(Style.heading)">\(Self.escaped(subject))</h1>
      \((body + [opening].compactMap { $0 }).joined(separator: "\n"))
      <hr style="\(Style.rule)">
      \(end.joined(separator: "\n"))
      </div>
      </body>
      </html>

      """
  }

  /// Mail programs drop style sheets: each element carries its own. Contrasts are at least 7:1 (WCAG 2.2, 1.4.6).
  private enum Style {
    static let body = "margin:0;padding:0;background:#f2f4f5"
    static let column = """
      max-width:36em;margin:0 auto;padding:24px 20px;background:#ffffff;color:#1c2326;\
      font-family:Arial,Helvetica,sans-serif;font-size:17px;line-height:1.5
      """
    static let heading = "margin:0 0 20px;font-size:24px;line-height:1.25;color:#12343b"
    static let paragraph = "margin:0 0 16px"
    static let code = """
      margin:0 0 16px;padding:12px 14px;background:#eef3f4;color:#12343b;\
      font-family:Consolas,Menlo,monospace;font-size:17px;font-weight:bold;overflow-wrap:anywhere
      """
    static let button = """
      display:inline-block;padding:12px 20px;background:#12474f;color:#ffffff;font-weight:bold;border-radius:4px
      """
    static let small = "margin:0 0 10px;font-size:15px;color:#3d484c;overflow-wrap:anywhere"
    static let rule = "margin:24px 0 16px;border:0;border-top:1px solid #8a979b"
  }

  /// For text and for attributes in double quotes.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
