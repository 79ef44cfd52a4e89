import Testing

@testable import HTTPAPI

/// File names in header fields, strictly read and safely written.
@Suite struct ContentDispositionTests {
  @Test(arguments: [
    ("attachment; filename=a.pdf", "a.pdf"), ("Attachment;filename=\"a b.pdf\"", "a b.pdf"),
    ("attachment; filename=\"a\\\"b\\\\c\"", "a\"b\\c"), ("attachment; FILENAME*=utf-8'fi'%C3%A4.pdf", "ä.pdf"),
    ("attachment; filename=\"plain\"; filename*=UTF-8''exact", "exact"), ("attachment; filename*=UTF-8''a+b", "a+b"),
    ("attachment ; filename = x ; size=3", "x"), ("attachment; filename=\"../etc/passwd\"", "../etc/passwd"),
    ("attachment; filename*=UTF-8''", ""), ("attachment; filename*=UTF-8''todistus%20(1).pdf", "todistus (1).pdf"),
    ("attachment; filename*=UTF-8''o'brien.pdf", "o'brien.pdf"), ("attachment; filename*=UTF-8''''", "''"),
    ("attachment; filename*=UTF-8'en'a!~*'()-_.z ; size=3", "a!~*'()-_.z"),
    ("attachment; filename*=UTF-8''(a);filename=b", "(a)"), ("attachment; filename*=\"UTF-8''a b\"", "a b"),
  ])
  func reads(_ value: String, _ name: String) {
    #expect(ContentDisposition(value)?.fileName == name)
  }

  @Test(arguments: [
    "", "attachment", "inline; filename=x", "form-data; name=a; filename=x", "attachment; filename",
    "attachment filename=x",
    "attachment; filename=", "attachment; filename=\"x", "attachment; filename=\"x\\", "attachment; filename=a b",
    "attachment; filename=a; filename=b", "attachment; filename=x;", "attachment; filename*=x",
    "attachment; filename*=ISO-8859-1''%E4", "attachment; filename*=UTF-8''%E4", "attachment; filename*=UTF-8''%0",
    "attachment; filename=good; filename*=UTF-8''%GG", "attachment; filename*=UTF-8''%00",
    "attachment; filename*=", "attachment; filename*=UTF-8'(1).pdf", "attachment; filename*=UTF-8''a (1).pdf",
    "attachment; filename*=UTF-8''a\u{7}b", "attachment; filename*=UTF-8''a\u{7F}", "attachment; filename*=UTF-8''ä",
    "attachment; filename*=UTF-8''(%C3).pdf", "attachment; filename*=UTF-8''(%).pdf",
    "attachment; filename*=UTF-8''a;b", "attachment; filename=(1).pdf",
  ])
  func refuses(_ value: String) {
    #expect(ContentDisposition(value) == nil)
  }

  @Test(arguments: ["a.pdf", "ä\"; x=\"y", "päätös 1.pdf", "a\\b/c", "👋", "%20", "\u{202E}fdp.exe"])
  func whatIsWrittenReadsTheSame(_ name: String) {
    let value = ContentDisposition(fileName: name).value
    #expect(ContentDisposition(value)?.fileName == name)
    #expect(value.utf8.allSatisfy { (0x20...0x7E).contains($0) })
  }
}
