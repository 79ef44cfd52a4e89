import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// The archive of a whole space, judged by another program.
@Suite struct ArchiveDownloadTests {
  /// Python opens it and finds every file's bytes, every message, and nothing that leads out of the folder.
  @Test func anotherProgramFindsEverythingInIt() async throws {
    var random = SplitMix64(seed: testSeed)
    let files = [
      ("../../etc/passwd", random.bytes(10)), ("CON", []), ("cv.pdf", random.bytes(700_000)), ("CV.pdf", [1]),
    ]
    try await Cast.with { cast in
      let space = try await cast.filled(files, messages: 450)
      let bytes = try await cast.archive(of: space, for: try await cast.customer())
      let report = try Python.run(
        """
        import sys, zipfile, json, hashlib
        z = zipfile.ZipFile(sys.argv[1])
        assert z.testzip() is None
        assert z.namelist()[:2] == ['index.html', 'space.json'], z.namelist()
        assert z.namelist()[-2:] == ['manifest.json', 'manifest.sig'], z.namelist()
        assert all(not n.startswith('/') and '..' not in n.split('/') for n in z.namelist())
        assert len({n.lower() for n in z.namelist()}) == len(z.namelist())
        space = json.load(z.open('space.json'))
        text = json.dumps(space, ensure_ascii=False)
        html = z.read('index.html').decode()
        for n in range(450):
          assert f'Viesti {n} &' in text and f'Viesti {n} &amp;' in html, n
        print(' '.join(hashlib.sha256(z.read(n)).hexdigest() for n in z.namelist()[2:-2]))
        """, on: bytes)
      #expect(report.split(separator: " ").map(String.init) == files.map { Hash.hex($0.1) })
    }
  }

  /// The same content gives the same bytes: another day, another copy, another state.
  @Test func bytesFollowFromTheContentAlone() async throws {
    try await Cast.with { cast in
      let space = try await cast.filled([("a.txt", [1, 2, 3])], messages: 3)
      let customer = try await cast.customer()
      _ = try await cast.store.close(space, reason: nil, by: cast.counsellor)
      let first = try await cast.archive(of: space, for: customer)
      let tag = try await cast.store.archive(of: space, for: customer).entityTag
      try await cast.installation.advance(to: try await cast.timeline(of: space).archives)
      let other = try await cast.installation.copy()
      let download = try await other.store.archive(of: space, for: customer)
      #expect(try await FileTests.received { try await download.send(to: $0) } == first && download.entityTag == tag)
      #expect(download.length == UInt64(first.count))
      _ = try await cast.store.giveFeedback(rating: 5, text: "Hyvä", on: space, by: customer)
      let changed = try await cast.store.archive(of: space, for: customer)
      #expect(try await FileTests.received { try await changed.send(to: $0) } != first && changed.entityTag != tag)
      await other.shutdown()
    }
  }

  /// Each download is in the journal with its bytes; it changes none.
  @Test func downloadsAreJournaled() async throws {
    try await Cast.with { cast in
      let space = try await cast.filled([], messages: 1)
      let bytes = try await cast.archive(of: space, for: try await cast.customer())
      await cast.store.downloads.flush()
      let entry = try #require(try await Chain.verify(space, in: cast.installation).entries.last)
      #expect(entry.kind == "archiveDownloaded")
      #expect(String(decoding: entry.bytes, as: UTF8.self).contains("\"bytes\":\"\(bytes.count)\""))
    }
  }

  /// The right ends in the middle: the transfer breaks.
  @Test func aDownloadBreaksWhenItsRightEnds() async throws {
    try await Cast.with { cast in
      let space = try await cast.filled([("big", [UInt8](repeating: 1, count: 4_000_000))], messages: 1)
      let erases = try await cast.timeline(of: space).erases
      let download = try await cast.store.archive(of: space, for: try await cast.customer())
      var (received, moved) = (0, false)
      await #expect(throws: Refusal.notFound) {
        try await download.send { piece in
          received += piece.count
          guard received > 300_000, !moved else { return }
          moved = true
          try await cast.installation.advance(to: erases)
        }
      }
      #expect(moved && received < Int(download.length))
    }
  }

  /// Content that comes while an archive is prepared is in it whole or not at all.
  @Test func anArchiveIsAsOfOneMoment() async throws {
    try await Cast.with(connections: 6) { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      let writers = (0..<2).map { _ in
        Task {
          while !Task.isCancelled { try await cast.upload([1], to: space, by: cast.counsellor) }
        }
      }
      for _ in 0..<40 {
        let content = try await cast.store.archive(of: space, for: customer)
        let asOf = content.contentAsOf
        let files = try await cast.count(
          "SELECT count(*) FROM ohjaustila.file WHERE space_id = \(space) AND uploaded_at <= \(asOf)")
        #expect(content.parts.content.files.count == files)
      }
      for writer in writers {
        writer.cancel()
        _ = await writer.result
      }
      _ = try await Chain.verify(space, in: cast.installation)
    }
  }
}

extension Cast {
  /// A space with messages of customer and counsellor in turn, and files.
  fileprivate func filled(_ files: [(String, [UInt8])], messages: Int) async throws -> ID<Space> {
    let space = try await space()
    let customer = try await customer()
    for number in 0..<messages {
      _ = try await store.postMessage(
        "Viesti \(number) & <b>", to: space, by: number.isMultiple(of: 2) ? customer : counsellor)
    }
    for (name, bytes) in files { try await upload(bytes, named: name, to: space, by: customer) }
    return space
  }

  fileprivate func archive(of space: ID<Space>, for caller: Caller) async throws -> [UInt8] {
    let download = try await store.archive(of: space, for: caller)
    let bytes = try await FileTests.received { try await download.send(to: $0) }
    #expect(bytes.count == Int(download.length))
    return bytes
  }
}
