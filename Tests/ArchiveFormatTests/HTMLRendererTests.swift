import ArchiveFormat
import Foundation
import TestSupport
import Testing

@Suite struct HTMLRendererTests {
  /// Parses the page as a browser would split it; fails on an element left open, a script, or an attribute that could
  /// lead out of the page; prints all text.
  private static let reader = """
    import sys, json
    from html.parser import HTMLParser
    void = {'meta'}
    class P(HTMLParser):
      def __init__(s):
        super().__init__(); s.open = []; s.texts = []; s.links = []; s.ids = []; s.headings = []; s.langs = []
      def handle_starttag(s, tag, attrs):
        assert tag in {'html','head','meta','title','style','body','a','div','header','p','h1','h2','h3','bdi','time',
          'code','nav','ul','ol','li','main','section','dl','dt','dd','span','footer'}, tag
        for name, value in attrs:
          assert name in {'lang','charset','http-equiv','content','name','class','href','id','aria-label',
            'aria-labelledby','datetime','dir'}, name
          if name == 'href': s.links.append(value)
          if name == 'id': s.ids.append(value)
          if name == 'lang': s.langs.append(value)
        if tag in ('h1','h2','h3'): s.headings.append(int(tag[1]))
        if tag not in void: s.open.append(tag)
      def handle_endtag(s, tag): assert s.open.pop() == tag, tag
      def handle_data(s, data):
        if 'style' not in s.open: s.texts.append(data)
    p = P(); page = open(sys.argv[1], 'rb').read().decode('utf-8'); p.feed(page); p.close()
    assert not p.open, p.open
    assert len(set(p.ids)) == len(p.ids)
    for l in p.links: assert (l[1:] in p.ids) if l[0] == '#' else l.startswith('files/'), l
    assert all(b - a <= 1 for a, b in zip(p.headings, p.headings[1:])), p.headings
    print(json.dumps({'texts': p.texts, 'links': p.links, 'langs': p.langs}))
    """

  private struct Page: Decodable {
    let texts: [String]
    let links: [String]
    let langs: [String]
  }

  private func read(_ bytes: [UInt8]) throws -> Page {
    try withTemporaryFile(".html") { path in
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let result = try Tool.python(Self.reader, [path])
      try #require(result.status == 0, "\(result.output)")
      return try JSONDecoder().decode(Page.self, from: Data(result.output.utf8))
    }
  }

  @Test(arguments: ArchiveLanguage.allCases, [(0, 0), (1, 0), (0, 1), (7, 3)])
  func isWellFormedWhateverPeopleWrote(language: ArchiveLanguage, counts: (messages: Int, files: Int)) throws {
    let document = SampleSpace.document(messages: counts.messages, files: counts.files)
    let renderer = HTMLRenderer(language: language, document)
    let bytes = SampleSpace.render(renderer, messages: counts.messages, files: counts.files)
    let page = try read(bytes)
    #expect(page.langs.first == language.rawValue)
    #expect(page.links.filter { $0.hasPrefix("files/") }.count == counts.files)
    #expect(page.links.contains("files/T%C3%A4m%C3%A4%20%26%20%231%3F.pdf") == (counts.files > 0))
    #expect(bytes == SampleSpace.render(renderer, messages: counts.messages, files: counts.files))
  }

  /// Every text comes back out of a parser as it went in, but for line ends and forbidden controls.
  @Test func textComesBackAsItWas() throws {
    var random = SplitMix64(seed: 5)
    let alphabet = Array("<>&\"'/=ab ;#x0aä😀\u{2028}\n\t\u{202E}-!]".unicodeScalars)
    for _ in 0..<15 {
      var scalars = String.UnicodeScalarView("a".unicodeScalars)
      for _ in 0..<200 { if let scalar = alphabet.randomElement(using: &random) { scalars.append(scalar) } }
      let text = String(scalars)
      let renderer = HTMLRenderer(language: .en, SampleSpace.document(messages: 1, files: 0, text: text))
      let page = try read(SampleSpace.render(renderer, messages: 1, files: 0, text: text))
      // Title twice, organisation, participants 4, sender, message, feedback.
      #expect(page.texts.filter { $0 == text }.count >= 8, "\(text)")
    }
  }

  @Test func controlsAndLineEndsAreMadeHarmless() throws {
    let text = "a\r\nb\rc\u{0}d\u{85}e\u{1B}f"
    let renderer = HTMLRenderer(language: .en, SampleSpace.document(messages: 1, files: 0, text: text))
    let page = try read(SampleSpace.render(renderer, messages: 1, files: 0, text: text))
    #expect(page.texts.contains("a\nb\nc\u{FFFD}d\u{FFFD}e\u{FFFD}f"))
  }

  /// A quote must not end an attribute.
  @Test func attributesHoldWhateverTheyAreGiven() throws {
    let text = "\" onclick=\"alert('x')\" ><script>&quot;"
    let document = SampleSpace.document(messages: 1, files: 0, text: "x", language: text)
    let page = try read(SampleSpace.render(HTMLRenderer(language: .sv, document), messages: 1, files: 0))
    // The title, the message and the feedback.
    #expect(page.langs == ["sv", text, text, text])
  }

  @Test func refersToNothingOutside() {
    let renderer = HTMLRenderer(language: .fi, SampleSpace.document(messages: 0, files: 0, text: "x"))
    let page = String(decoding: SampleSpace.render(renderer, messages: 0, files: 0), as: UTF8.self)
    for word in ["http:", "https:", "//", "<script", "javascript", "@import", "url(", "src="] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"))
  }

  /// `kuva\u{202E}gpj.exe` would be shown as `kuvaexe.jpg`; a title's override ends with the title.
  @Test func controlsOfDirectionTurnNothingElseAround() {
    let name = "kuva\u{202E}gpj.exe"
    let document = SampleSpace.document(messages: 0, files: 1, text: name)
    let bytes = SampleSpace.render(HTMLRenderer(language: .fi, document), messages: 0, files: 1, text: name)
    let page = String(decoding: bytes, as: UTF8.self)
    #expect(page.contains("<bdi>kuva\u{FFFD}gpj.exe</bdi></a>"))
    #expect(page.contains("<title>\u{2068}\(name)\u{2069} – Ohjaustila</title>"))
    // Everywhere else in an element of its own.
    for part in page.components(separatedBy: name).dropLast() {
      #expect(
        part.hasSuffix("<bdi>") || part.hasSuffix("\u{2068}") || part.hasSuffix("dir=\"auto\">"), "\(part.suffix(40))")
    }
  }

  /// Who looks for a file in the folder finds it under another name than it was given.
  @Test(arguments: [("Tämä & #1?.pdf", false), ("Ta\u{308}ma\u{308} & #1?.pdf", false), ("CON", true)])
  func aNameThatWasChangedIsTold(name: String, isTold: Bool) {
    let renderer = HTMLRenderer(language: .en, SampleSpace.document(messages: 0, files: 1, text: name))
    let page = String(decoding: SampleSpace.render(renderer, messages: 0, files: 1, text: name), as: UTF8.self)
    #expect(page.contains("Name in the package: <bdi>files/Tämä &amp; #1?.pdf</bdi></p>") == isTold)
    #expect(page.contains("Name in the package") == isTold)
  }

  @Test func textInAnotherLanguageSaysSo() {
    for (language, marked) in [("fi", false), ("sv", true)] {
      let document = SampleSpace.document(messages: 1, files: 0, text: "x", language: language)
      let page = String(
        decoding: SampleSpace.render(HTMLRenderer(language: .fi, document), messages: 1, files: 0), as: UTF8.self)
      #expect(page.contains("<h1 lang=\"sv\">") == marked)
      #expect(page.contains("dir=\"auto\" lang=\"sv\">") == marked)
    }
  }

  /// Days stand above their messages in the page's language, as people write them.
  @Test(arguments: [
    (ArchiveLanguage.fi, "sunnuntai 1. maaliskuuta 2026", "1.3.2026 klo 12.00", "5,4\u{A0}Gt"),
    (.sv, "söndag 1 mars 2026", "1.3.2026 kl. 12.00", "5,4\u{A0}GB"),
    (.en, "Sunday 1 March 2026", "1 March 2026, 12:00", "5.4\u{A0}GB"),
  ])
  func daysTimesAndSizes(language: ArchiveLanguage, day: String, moment: String, size: String) {
    let renderer = HTMLRenderer(language: language, SampleSpace.document(messages: 4, files: 1))
    let page = String(decoding: SampleSpace.render(renderer, messages: 4, files: 1), as: UTF8.self)
    #expect(page.contains("<h3 class=\"day\"><time datetime=\"2026-03-01\">\(day)</time></h3>"))
    #expect(page.contains("<time datetime=\"2026-03-01T10:00:00Z\">\(moment)</time>"))
    #expect(page.contains(size))
    #expect(page.components(separatedBy: "class=\"day\"").count == 3)
  }
}
