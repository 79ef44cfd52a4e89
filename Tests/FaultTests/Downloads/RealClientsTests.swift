import Foundation
import Postgres
import TestSupport
import Testing

/// The programs that people download with, broken off in the middle and begun again: what they have at the end is the
/// archive, byte for byte.
@Suite(.serialized, .timeLimit(.minutes(10))) struct RealClientsTests {
  /// What every script begins with: archive and first file as one piece each, and how a result is judged.
  private static let prelude = """
    curl -sS --fail -H "$AUTHORIZATION" -o whole.zip "$ARCHIVE"
    file=${ARCHIVE%/archive}/files
    file=$file/$(curl -sS -H "$AUTHORIZATION" "$file" | sed -E 's/^\\{"items":\\[\\{"id":"([^"]+)".*/\\1/')
    curl -sS --fail -H "$AUTHORIZATION" -o file.whole "$file"
    size=$(stat -c %s whole.zip)
    partial() { test -s "$1"; test "$(stat -c %s "$1")" -lt "$size"; }
    same() { cmp "$1" whole.zip; unzip -tqq "$1"; "$PYTHON" -m zipfile -t "$1"; }

    """

  @Test func downloadsAreResumed() async throws {
    try await Depot.with { depot in
      let (path, id) = try await depot.link()
      try await depot.run(Self.prelude + Self.curl + Self.wget, ["LINK": path])
      try await depot.run(Self.prelude + Self.aria2, ["LINK": path])
      try await Self.readsOneMember(depot)
      try await Self.survivesTheService(depot, path)
      try await Self.serves200(depot, path)
      // Nowhere in the log, at its most talkative, is what would open the archive.
      let token = try #require(path.split(separator: "/").last)
      let log = try #require(depot.copy.output).text
      #expect(log.contains("route=/v1/archive-links/{token}") && !log.contains(token), "the token is in the log")
      try await Self.revokes(depot, path, id)
    }
  }

  /// By the customer's token.
  private static let curl = """
    curl -sS -H "$AUTHORIZATION" --limit-rate 3M --max-time 2 -o curl.zip "$ARCHIVE" || test $? = 28
    partial curl.zip
    curl -sS --fail -H "$AUTHORIZATION" -C - -o curl.zip "$ARCHIVE"
    same curl.zip
    curl -sS --fail -H "$AUTHORIZATION" -C - -o curl.zip "$ARCHIVE" || test $? = 22  # 416: there is nothing left
    same curl.zip
    curl -sS -H "$AUTHORIZATION" --limit-rate 2M --max-time 1 -o file.part "$file" || test $? = 28
    curl -sS --fail -H "$AUTHORIZATION" -C - -o file.part "$file"
    cmp file.part file.whole

    """

  /// By the link, without any header; killed. A single file by the token.
  private static let wget = """
    timeout -s KILL 2 wget -q --limit-rate=3m -O wget.zip "$API$LINK" || test $? = 137
    partial wget.zip
    wget -q -c -O wget.zip "$API$LINK"
    same wget.zip
    timeout -s KILL 2 wget -q --header "$AUTHORIZATION" --limit-rate=2m -O file.wget "$file" || test $? = 137
    test -s file.wget; cmp -s file.wget file.whole && exit 1
    wget -q -c --header "$AUTHORIZATION" -O file.wget "$file"
    cmp file.wget file.whole
    wget -q --method=HEAD -S "$API$LINK" 2>&1 | grep -i 'accept-ranges: bytes'

    """

  /// Four pieces at once; killed, and gone on with from the file that says which pieces there are.
  private static let aria2 = """
    options=(-q -x4 -s4 -k1M --file-allocation=none --auto-save-interval=1 -o aria2.zip)
    timeout -s KILL 3 aria2c "${options[@]}" --max-overall-download-limit=3M "$API$LINK" || test $? = 137
    test -e aria2.zip.aria2
    aria2c -c "${options[@]}" "$API$LINK"
    test ! -e aria2.zip.aria2
    same aria2.zip
    aria2c -q -x4 -s4 -k1M --file-allocation=none --header "$AUTHORIZATION" -o file.aria2 "$file"
    cmp file.aria2 file.whole
    """

  /// One member, by the directory's end and its own bytes: a fraction of the archive.
  private static func readsOneMember(_ depot: Depot) async throws {
    let sent = "SELECT coalesce(sum(bytes), 0)::bigint FROM ohjaustila.archive_taken" as Query
    func settled() async throws -> Int {
      try await Task.sleep(for: .seconds(1))
      return try await depot.room.site.cluster.count(sent)
    }
    let before = try await settled()
    let told = try await depot.run(
      """
      "$PYTHON" - <<'END'
      import os, zipfile
      from remotezip import RemoteZip
      name, value = os.environ['AUTHORIZATION'].split(': ', 1)
      whole = zipfile.ZipFile('whole.zip')
      with RemoteZip(os.environ['ARCHIVE'], headers={name: value}) as remote:
        assert remote.namelist() == whole.namelist()
        assert remote.read('files/video1.mp4') == whole.read('files/video1.mp4')
      print('whole:', os.path.getsize('whole.zip'))
      END
      """)
    let size = try #require(told.firstMatch(of: /whole: ([0-9]+)/).flatMap { Int($0.1) })
    let bytes = try await settled() - before
    print("remotezip: one of three files with \(bytes) of \(size) bytes")
    #expect(bytes > 7_000_000 && bytes < size / 2)
  }

  /// Not the client but the service dies, and comes back on another port.
  private static func survivesTheService(_ depot: Depot, _ path: String) async throws {
    async let broken = depot.run(
      """
      curl -sS --limit-rate 500K -o survivor.zip "$API$LINK" && exit 1
      test -s survivor.zip && test "$(stat -c %s survivor.zip)" -lt "$(stat -c %s whole.zip)"
      """, ["LINK": path])
    try await Task.sleep(for: .seconds(2))
    #expect(depot.copy.kill())
    _ = try await broken
    try await eventually("the service") { depot.copy.address != nil }
    try await depot.run(
      #"curl -sS --fail -C - -o survivor.zip "$API$LINK"; cmp survivor.zip whole.zip"#, ["LINK": path])
  }

  /// Two hundred that take nothing: no connection to PostgreSQL, little memory each, and everybody else is served.
  private static func serves200(_ depot: Depot, _ path: String) async throws {
    let pid = try #require(depot.copy.output).pid
    func memory() throws -> Int {
      let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
      return try #require(status.firstMatch(of: /VmRSS:\s+([0-9]+) kB/).flatMap { Int($0.1) })
    }
    let before = try memory()
    async let stalled = depot.run(
      """
      "$PYTHON" - <<'END'
      import os, socket, time
      host, port = os.environ['API'].removeprefix('http://').split(':')
      clients = []
      for _ in range(200):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect((host, int(port)))
        client.sendall(f'GET {os.environ["LINK"]} HTTP/1.1\\r\\nHost: t\\r\\n\\r\\n'.encode())
        clients.append(client)
      for client in clients: assert client.recv(12) == b'HTTP/1.1 200', 'refused'
      open('stalled', 'w').close()
      while os.path.exists('stalled'): time.sleep(0.05)
      END
      """, ["LINK": path])
    let flag = depot.folder.appending(path: "stalled").path
    try await eventually("200 downloads") { FileManager.default.fileExists(atPath: flag) }
    try await Task.sleep(for: .seconds(2))
    let busy =
      "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
      as Query
    let after = try memory()
    // A look may meet the scheduler or the watch over transfers at work; what a download holds, it holds at every look.
    try await eventually("a moment without busy connections") { try await depot.room.site.cluster.count(busy) <= 1 }
    var (client, slowest) = (depot.room.client, Duration.zero)
    for _ in 0..<20 {
      let start = ContinuousClock.now
      _ = try await client.require(.get(depot.room.path), as: .customer(0))
      slowest = max(slowest, ContinuousClock.now - start)
    }
    print(
      "200 stalled downloads: \((after - before) / 200) kB each, others within \(slowest)")
    #expect((after - before) / 200 < 1024)
    #expect(slowest < .seconds(5))
    try FileManager.default.removeItem(atPath: flag)
    _ = try await stalled
  }

  /// Revoked in the middle: curl says that the transfer was cut short, and may not begin again.
  private static func revokes(_ depot: Depot, _ path: String, _ id: String) async throws {
    async let broken = depot.run(
      """
      code=0; curl -sS --limit-rate 1M -o revoked.zip "$API$LINK" || code=$?
      test $code = 18 -o $code = 56
      test "$(stat -c %s revoked.zip)" -lt "$(stat -c %s whole.zip)"
      test "$(curl -sS -o /dev/null -w '%{http_code}' -C - "$API$LINK")" = 404
      """, ["LINK": path])
    try await Task.sleep(for: .seconds(2))
    var client = depot.room.client
    _ = try await client.require(
      Call(method: "DELETE", path: depot.room.path + "/archive/links/\(id)"), as: .customer(0))
    _ = try await broken
  }
}
