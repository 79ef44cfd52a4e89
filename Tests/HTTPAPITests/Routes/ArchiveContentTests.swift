import ArchiveFormat
import Foundation
import HTTPTypes
import HummingbirdTesting
import TestSupport
import Testing

@testable import HTTPAPI

/// An archive through the whole service, judged by other people's programs.
@Suite struct ArchiveContentTests {
  /// Names and texts that file systems, terminals, parsers or eyes could take for something else.
  private static let names = [
    "CON", "con.txt", "../x", "..\\x", "/etc/passwd", "a:b", "C:\\x.txt", "piste.", "piste..", "väli ",
    "A.txt", "a.TXT", "a.txt", "Äiti.pdf", "A\u{308}iti.pdf", "kuva\u{202E}gpj.exe", "😀👩‍👩‍👧.png", "مرحبا.pdf", ".hidden",
    "-rf", "~",
    "desktop.ini", String(repeating: "x", count: 255), String(repeating: "ä", count: 123) + ".pdf", "\u{200B}",
    "a\u{2028}b",
    "'; DROP TABLE x; --", "<b>&amp;.html", "aux.tar.gz", "%2e%2e%2f", "NUL .txt", "nimi\u{FEFF}",
  ]
  private static let texts = [
    "Hei\u{202E}nurin päin\nja uusi rivi", "👨‍👩‍👧 😀", "مرحبا, שלום", "</script><script>alert(1)</script>",
    "\u{7F}\u{85}\u{2028}\t",
    "{\"a\":1}\\u0000\\ud800", String(repeating: "pitkäsana", count: 400), "\r\n\r\n", "]]>&lt;!--",
  ]

  /// space.json against the schema that the service publishes, by the reference's own validator, and every name as given.
  private static let judge = """
    import json, os, re, sys, unicodedata, zipfile
    from jsonschema import Draft202012Validator, FormatChecker
    folder = sys.argv[1]
    schema = json.load(open(folder + '/schema.json'))
    Draft202012Validator.check_schema(schema)
    archive = zipfile.ZipFile(folder + '/ohjaustila.zip')
    assert archive.testzip() is None
    raw = archive.read('space.json')
    space = json.loads(raw)
    problems = list(Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(space))
    assert not problems, problems
    broken = json.loads(raw); del broken['messages'][0]['text']
    assert list(Draft202012Validator(schema).iter_errors(broken)), 'the schema lets everything pass'
    wanted = json.load(open(folder + '/wanted.json'))
    assert [f['name'] for f in space['files']] == wanted['names'], space['files']
    assert [m['text'] for m in space['messages']] == wanted['texts']
    paths = [f['path'] for f in space['files']]
    assert archive.namelist() == ['index.html', 'space.json'] + paths + ['manifest.json', 'manifest.sig']
    folded = {unicodedata.normalize('NFC', p).casefold() for p in paths}
    assert len(folded) == len(paths), 'two names are one for a case-blind file system'
    for path in paths:
      name = path.removeprefix('files/')
      assert path == 'files/' + name and 0 < len(name.encode()) <= 180, path
      assert not re.search(r'[/\\\\:*?"<>|\\x00-\\x1f\\x7f\\u202a-\\u202e\\u2066-\\u2069]', name), path
      assert not name.endswith(('.', ' ')) and not name.startswith(('.', '-', '~', ' ')), path
      assert not re.match(r'(?i)(con|prn|aux|nul|com\\d|lpt\\d) *(\\.|$)', name), path
    for index, path in enumerate(paths): assert archive.read(path) == b'%d' % index, path
    json.loads(archive.read('manifest.json'))
    assert len(archive.read('manifest.sig')) == 64
    archive.read('index.html').decode()
    """

  /// Every program puts the same files in the same places, and none outside its folder.
  private static let unpack = """
    mkdir unpacked; cd unpacked; mkdir unzip 7z bsdtar jar python
    (cd unzip; unzip -qq ../../ohjaustila.zip)
    (cd 7z; 7z x ../../ohjaustila.zip >/dev/null)
    (cd bsdtar; bsdtar -xf ../../ohjaustila.zip)
    (cd jar; jar xf ../../ohjaustila.zip)
    (cd python; python3 -m zipfile -e ../../ohjaustila.zip .)
    for program in 7z bsdtar jar python; do diff -r unzip $program; done
    test "$(ls | wc -l)" = 5
    test "$(find unzip -type f | wc -l)" = "$(unzip -Z1 ../ohjaustila.zip | wc -l)"
    """

  @Test func hostileContentGivesAnArchiveThatEveryProgramOpens() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let customer = try await scene.customer()
      for text in Self.texts {
        let sent = try await service.send(.post, scene.path + "/messages", as: customer, Self.json(["text": text]))
        #expect(sent.status == .created, "\(text): \(sent.text)")
      }
      for (index, name) in Self.names.enumerated() {
        let encoded = name.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let sent = try await scene.upload(Array("\(index)".utf8), name: encoded, type: "text/plain", as: customer)
        #expect(sent.status == .created, "\(name): \(sent.text)")
      }
      try await Self.withArchive(of: scene, as: customer) { folder in
        let wanted = try JSONSerialization.data(withJSONObject: ["names": Self.names, "texts": Self.texts])
        try wanted.write(to: folder.appending(path: "wanted.json"))
        let python = try TestPython.interpreter.get()
        let judged = try Self.run([python, "-c", Self.judge, folder.path], in: folder)
        #expect(judged.status == 0, "\(judged.output)")
        for command in [
          ["unzip", "-tqq"], ["7z", "t"], ["bsdtar", "-tf"], ["jar", "-tf"], ["python3", "-m", "zipfile", "-t"],
        ] {
          let result = try Self.run(command + ["ohjaustila.zip"], in: folder)
          #expect(result.status == 0, "\(command): \(result.output)")
          #expect(!result.output.localizedCaseInsensitiveContains("warning"), "\(command): \(result.output)")
        }
        let unpacked = try Self.run(["bash", "-euc", Self.unpack], in: folder)
        #expect(unpacked.status == 0, "\(unpacked.output)")
        let verified = try Self.run([Self.program, "verify", "ohjaustila.zip", "--keys", "keys.json"], in: folder)
        #expect(verified.status == 0 && verified.output.hasPrefix("good: "), "\(verified.output)")
      }
    }
  }

  /// The lines of docs/archives.md, but that curl is played by a copy of what the service answers.
  @Test func theDocumentedLinesVerifyAnArchive() async throws {
    let file = TestInstallation.repository.appending(path: "docs/archives.md")
    let document = try String(contentsOf: file, encoding: .utf8)
    let block = try #require(document.components(separatedBy: "<!-- verify:begin").last)
    let lines = block.components(separatedBy: "<!-- verify:end").first?.components(separatedBy: "```sh\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    let script = try #require(lines).joined()
    #expect(script.contains("openssl pkeyutl") && script.contains("ohjaustila verify"))
    try await TestService.with { service in
      let scene = try await Scene(service)
      let customer = try await scene.customer()
      for name in ["todistus.pdf", "%C3%B6ljy%20(1).txt"] {
        _ = try await scene.upload([1, 2, 3], name: name, type: nil, as: customer)
      }
      _ = try await service.send(.post, scene.path + "/messages", as: customer, #"{"text":"Hei"}"#)
      try await Self.withArchive(of: scene, as: customer) { folder in
        let setUp = "curl() { :; }; api=; ohjaustila() { \(Self.program) \"$@\"; }; set -euo pipefail\n"
        let good = try Self.run(["bash", "-c", setUp + script], in: folder)
        #expect(good.status == 0, "\(good.output)")
        #expect(good.output.contains("good: 4 entries") && good.output.contains("Signature Verified Successfully"))
        #expect(good.output.contains("files/öljy (1).txt: OK") && good.output.contains("index.html: OK"))
        // The same lines tell of a manifest with one more space.
        let spoilt =
          "cd archive; echo >> manifest.json; "
          + "openssl pkeyutl -verify -pubin -inkey ../key.pem -rawin -in manifest.json -sigfile manifest.sig"
        #expect(try Self.run(["bash", "-c", spoilt], in: folder).status != 0)
      }
    }
  }

  /// The documented statuses, from the real program.
  @Test func theProgramsStatusSaysWhatIsWrong() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let customer = try await scene.customer()
      _ = try await scene.upload([1, 2, 3], name: "a.bin", type: nil, as: customer)
      try await Self.withArchive(of: scene, as: customer) { folder in
        func status(_ file: String, _ keys: [String] = ["--keys", "keys.json"]) throws -> Int32 {
          try Self.run([Self.program, "verify", file] + keys, in: folder).status
        }
        let zip = try Data(contentsOf: folder.appending(path: "ohjaustila.zip"))
        try zip.dropLast(100).write(to: folder.appending(path: "short.zip"))
        try Data("%PDF-1.4".utf8).write(to: folder.appending(path: "a.pdf"))
        let repack = """
          import zipfile
          z = zipfile.ZipFile('ohjaustila.zip'); signature = z.getinfo('manifest.sig')
          raw = bytearray(open('ohjaustila.zip', 'rb').read())
          import struct, zlib
          at = signature.header_offset + 30 + len('manifest.sig')
          raw[at] ^= 1
          crc = struct.pack('<I', zlib.crc32(raw[at:at + 64]))
          raw[signature.header_offset + 14:signature.header_offset + 18] = crc
          entry = raw.rindex(b'PK\\x01\\x02'); raw[entry + 16:entry + 20] = crc
          open('forged.zip', 'wb').write(raw)
          """
        #expect(try Self.run(["python3", "-c", repack], in: folder).status == 0)
        #expect(try status("ohjaustila.zip") == 0)
        #expect(try status("short.zip") == 1)
        #expect(try status("forged.zip") == 2)
        #expect(try status("ohjaustila.zip", []) == 3)
        #expect(try status("a.pdf") == 4)
        #expect(try status("absent.zip") == 5)
        #expect(try status("ohjaustila.zip", ["--keys", "a.pdf"]) == 5)
        let aFolder = try Self.run([Self.program, "verify", "."], in: folder)
        #expect(aFolder.status == 5 && aFolder.output == "unreadable: . is no regular file\n", "\(aFolder.output)")
      }
    }
  }

  /// One bit in every region of a real archive: the real program says which region it is.
  @Test func theProgramNamesTheDamagedRegion() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let customer = try await scene.customer()
      _ = try await scene.upload([UInt8](repeating: 7, count: 300_000), name: "a.bin", type: nil, as: customer)
      try await Self.withArchive(of: scene, as: customer) { folder in
        let spoil = """
          import sys, zipfile
          raw = bytearray(open('ohjaustila.zip', 'rb').read())
          z = zipfile.ZipFile('ohjaustila.zip')
          places = {'end': len(raw) - 12, 'directory': raw.index(b'PK\\x01\\x02') + 16}
          for name in z.namelist():
            info = z.getinfo(name)
            places['header of ' + name] = info.header_offset + 14
            places['content of ' + name] = info.header_offset + 30 + len(name.encode()) + info.file_size // 2
          for number, (what, place) in enumerate(places.items()):
            changed = bytearray(raw); changed[place] ^= 1
            open(f'spoilt-{number}.zip', 'wb').write(changed)
            print(what)
          """
        let spoilt = try Self.run(["python3", "-c", spoil], in: folder)
        #expect(spoilt.status == 0, "\(spoilt.output)")
        let regions = spoilt.output.split(separator: "\n")
        #expect(regions.count == 2 + 2 * 5)
        for (number, region) in regions.enumerated() {
          let told = try Self.run([Self.program, "verify", "spoilt-\(number).zip", "--keys", "keys.json"], in: folder)
          let (part, name) = (region.prefix { $0 != " " }, region.split(separator: " ").last ?? "")
          #expect(told.status == 1, "\(region): \(told.output)")
          let names = told.output.contains(part) && (name == part || told.output.contains(name))
          #expect(names, "\(region): \(told.output)")
        }
      }
    }
  }

  /// What is published for everybody can be kept by caches.
  @Test func keysAndSchemaArePublic() async throws {
    try await TestService.with { service in
      let keys = try await service.send(.get, "/.well-known/ohjaustila-archive-keys.json")
      #expect(keys.status == .ok && keys.headers[.cacheControl] == "public, max-age=300")
      #expect(keys.text.contains(#""kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA""#))
      #expect(!keys.text.contains("notAfter"))
      let schema = try await service.send(.get, SpaceJSONSchema.path)
      #expect(schema.status == .ok && schema.text == SpaceJSONSchema.text)
      #expect(schema.headers[.contentType] == "application/schema+json")
      #expect(schema.headers[.cacheControl] == "public, max-age=86400")
    }
  }

  private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "ohjaustila").path

  private static func json(_ object: [String: String]) throws -> String {
    String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
  }

  /// A folder with the archive, the published keys and the schema, as a customer would have saved them.
  private static func withArchive(
    of scene: Scene, as token: String, _ body: (URL) throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ohjaustila-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, path) in [
      ("ohjaustila.zip", scene.path + "/archive"), ("keys.json", "/.well-known/ohjaustila-archive-keys.json"),
      ("schema.json", SpaceJSONSchema.path),
    ] {
      let answer = try await scene.service.send(.get, path, as: token)
      guard answer.status == .ok else { throw Unexpected(answer) }
      try Data(answer.bytes).write(to: folder.appending(path: name))
    }
    try body(folder)
  }

  private static func run(_ command: [String], in folder: URL) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
