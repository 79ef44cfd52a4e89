import ArchiveFormat
import TestSupport
import Testing

@Suite struct SafeNamesTests {
  @Test(arguments: [
    ("raportti.pdf", "raportti.pdf"),
    ("../../etc/passwd", "_._.._etc_passwd"),
    ("/etc/passwd", "_etc_passwd"),
    ("C:\\Windows\\system.ini", "C__Windows_system.ini"),
    ("..", "file"), (".", "file"), ("", "file"), ("   ", "file"), ("///", "file"), ("\u{200B}\u{202E}", "file"),
    ("CON", "_CON"), ("con.txt", "_con.txt"), ("Com1.tar.gz", "_Com1.tar.gz"), ("LPT¹", "_LPT¹"), ("nul .x", "_nul .x"),
    ("CONSOLE.txt", "CONSOLE.txt"), ("desktop.ini", "_desktop.ini"), ("COM10", "COM10"),
    ("nimi. . .", "nimi"), ("  nimi ", "nimi"), (".htaccess", "_htaccess"), ("-rf", "_rf"), ("~root", "_root"),
    ("a\u{0}b\u{7}c\u{7F}.txt", "abc.txt"), ("rivi\nvaihto.txt", "rivi vaihto.txt"),
    ("lasku\u{202E}fdp.exe", "laskufdp.exe"), ("a\u{2066}b\u{2069}", "ab"), ("x\u{FEFF}y", "xy"),
    ("a<b>c:d\"e|f?g*h", "a_b_c_d_e_f_g_h"), ("kenoviiva\u{FF0F}leveä", "kenoviiva_leveä"),
    ("a\u{A0}b\u{3000}c", "a b c"), ("perhe 👩‍👩‍👧.jpg", "perhe 👩‍👩‍👧.jpg"),
    ("نامه.pdf", "نامه.pdf"),
  ])
  func names(original: String, safe: String) {
    var names = SafeNames()
    #expect(Array(names.assign(original).unicodeScalars) == Array(safe.unicodeScalars))
  }

  @Test func marksArePutTogether() {
    var names = SafeNames()
    let name = names.assign("A\u{30A}la\u{308}nko\u{308}.txt")
    #expect(Array(name.unicodeScalars) == Array("\u{C5}l\u{E4}nk\u{F6}.txt".unicodeScalars))
  }

  @Test func noTwoNamesAreOneAnywhere() {
    var names = SafeNames()
    let given = [
      "kuva.jpg", "KUVA.JPG", "kuva.jpg", "a\u{308}.txt", "\u{C4}.TXT", "kuva (2).jpg", "Straße", "STRASSE", "a.", "a",
      "ß.txt", "\u{1E9E}.txt", "ss.txt",
    ]
    #expect(
      given.map { names.assign($0) } == [
        "kuva.jpg", "KUVA (2).JPG", "kuva (3).jpg", "ä.txt", "Ä (2).TXT", "kuva (2) (2).jpg", "Straße", "STRASSE (2)",
        "a", "a (2)", "ß.txt", "\u{1E9E} (2).txt", "ss (3).txt",
      ])
  }

  @Test func manyEqualNamesStayDifferentAndQuick() {
    var names = SafeNames()
    let given = (0..<20_000).map { _ in names.assign("sama.txt") }
    #expect(Set(given).count == given.count)
    #expect(given.last == "sama (20000).txt")
  }

  @Test func longNamesKeepTheirExtension() {
    var names = SafeNames()
    let long = String(repeating: "äö", count: 200) + ".docx"
    let given = (0..<12).map { _ in names.assign(long) }
    #expect(Set(given).count == given.count)
    #expect(given.allSatisfy { $0.utf8.count <= SafeName.maximumBytes && $0.hasSuffix(".docx") })
    #expect(names.assign("a" + String(repeating: "\u{301}", count: 500)).utf8.count <= SafeName.maximumBytes)
    let noExtension = String(repeating: "x", count: 300) + "." + String(repeating: "y", count: 300)
    #expect(names.assign(noExtension).utf8.count <= SafeName.maximumBytes)
  }

  /// Whatever comes in, what comes out is one safe name, a path that a layout takes, and stays itself.
  @Test func anythingBecomesSafe() throws {
    var random = SplitMix64(seed: 4)
    let ordinary = "aB.. /\\:*?\"<>|äÄ~-_CONnul😀"
    let odd = "\u{0}\u{1F}\u{7F}\u{85}\u{202E}\u{2066}\u{200D}\u{FEFF}\u{308}\u{E000}\u{FFFE}\u{E0041}"
    let alphabet = Array((ordinary + odd).unicodeScalars)
    var names = SafeNames()
    var entries: [ArchiveEntry] = []
    for _ in 0..<5000 {
      var scalars = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        if let scalar = alphabet.randomElement(using: &random) { scalars.append(scalar) }
      }
      let name = names.assign(String(scalars))
      #expect(!name.isEmpty && name.utf8.count <= 180 && !name.hasSuffix(" ") && !name.hasSuffix("."))
      #expect(name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && !"/\\:*?\"<>|".utf8.contains($0) }, "\(name)")
      let again = try #require(SafeName.make(from: name))
      #expect(again == name)
      entries.append(
        ArchiveEntry(
          path: ArchivePath.file(name), size: 0, crc32: 0, modified: CivilTime(year: 2026, month: 1, day: 1)))
    }
    #expect(throws: Never.self) { try ArchiveLayout(entries: entries) }
  }
}
