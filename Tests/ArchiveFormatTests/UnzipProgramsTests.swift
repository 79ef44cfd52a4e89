import ArchiveFormat
import Foundation
import Testing

/// What other programs say of an archive.
@Suite struct UnzipProgramsTests {
  private static let dump = """
    import json, sys, zipfile
    z = zipfile.ZipFile(sys.argv[1])
    assert z.testzip() is None
    print(json.dumps([[i.filename, i.file_size, list(i.date_time), i.external_attr >> 16, i.compress_type,
      i.flag_bits, i.extract_version, list(z.read(i))] for i in z.infolist()]))
    """

  @Test func pythonReadsEveryField() throws {
    let archive = try TestArchive.small()
    let result = try withTemporaryFile(".zip") { path in
      try Data(archive.whole).write(to: URL(fileURLWithPath: path))
      return try Tool.python(Self.dump, [path])
    }
    try #require(result.status == 0, "\(result.output)")
    let rows = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[Any]])
    #expect(rows.count == archive.contents.count)
    for (index, row) in rows.enumerated() {
      #expect(row[0] as? String == archive.layout.entries[index].path)
      #expect(row[2] as? [Int] == [2026, 3, 1, 12, 15, 30])
      #expect(row[3] as? Int == 0o100644)
      #expect(row[4] as? Int == 0)
      #expect(row[5] as? Int == 0x800)
      #expect(row[6] as? Int == 20)
      #expect(row[7] as? [Int] == archive.contents[index].map(Int.init))
    }
  }

  /// scripts/test installs them: a missing one fails.
  @Test(arguments: [["unzip", "-tqq"], ["7z", "t"], ["bsdtar", "-tf"], ["jar", "-tf"]])
  func otherProgramsAgree(command: [String]) throws {
    let archive = try TestArchive.small()
    try withTemporaryFile(".zip") { path in
      try Data(archive.whole).write(to: URL(fileURLWithPath: path))
      let run = try Tool.run(command[0], command.dropFirst() + [path])
      let result = try #require(run, "\(command[0]) is not installed")
      #expect(result.status == 0, "\(command): \(result.output)")
      #expect(!result.output.localizedCaseInsensitiveContains("warning"), "\(result.output)")
    }
  }

  @Test func unzippedNamesAndContentsAreTheSame() throws {
    let archive = try TestArchive.small()
    try withTemporaryFile(".zip") { path in
      try Data(archive.whole).write(to: URL(fileURLWithPath: path))
      try withTemporaryFile(".d") { folder in
        let result = try #require(try Tool.run("unzip", ["-qq", path, "-d", folder]), "unzip is not installed")
        #expect(result.status == 0, "\(result.output)")
        for (index, entry) in archive.layout.entries.enumerated() {
          let content = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + entry.path))
          #expect(Array(content) == archive.contents[index])
        }
      }
    }
  }
}
