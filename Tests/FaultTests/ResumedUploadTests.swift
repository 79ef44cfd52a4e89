import Crypto
import Foundation
import Guidance
import Postgres
import TestSupport
import Testing

/// Clients as they are, against the real executable: tuspy and curl send files while everything dies around them.
@Suite(.timeLimit(.minutes(10))) struct ResumedUploadTests {
  /// tuspy uploads to two copies that are killed again and again, and PostgreSQL with them once; with checksums and
  /// without, in parts that are no whole chunks. The file that comes of it is the one that was sent, and there is one.
  @Test(arguments: [(700_001, ""), (3_000_000, "checksum")])
  func tuspyGoesOnOverKills(_ part: Int, _ checksum: String) async throws {
    var random = SplitMix64(seed: Plan.seed)
    print("resumed uploads: OHJAUSTILA_SEED=\(Plan.seed)")
    let bytes = random.bytes(40_000_003)
    try await Room.with(copies: 2) { room in
      let token = try await room.token(.counsellor(0))
      let (file, address) = (room.site.folder.appending(path: "sent"), room.site.folder.appending(path: "address"))
      try Data(bytes).write(to: file)
      let script = TestPython.repository + "/scripts/lib/tus_upload.py"
      let upload = Child([
        try TestPython.interpreter.get(), script, file.path, address.path, room.path + "/uploads", token, "\(part)",
        checksum,
      ])
      let kills = try await withThrowingTaskGroup(of: Int.self) { group in
        group.addTask {
          try await upload.end()
          return 0
        }
        group.addTask { try await Self.write(theAddressOf: room, to: address, during: upload) }
        group.addTask { try await Self.kill(room, at: address, during: upload) }
        return try await group.reduce(0, +)
      }
      print("tuspy: \(upload.output), \(kills) kills")
      #expect(upload.status == 0, "\(upload.output)")
      #expect(kills >= 3)
      var client = room.client
      let listed = try await client.require(.get(room.path + "/files"), as: .counsellor(0)).members.items ?? []
      let id = try #require(listed.first?.id)
      #expect(listed.count == 1 && listed.first?.name == "suuri tiedosto.bin")
      let down = room.site.folder.appending(path: "received")
      let copy = try #require(room.copies.compactMap(\.address).first)
      let fetched = Child([
        "curl", "-sSf", "-o", down.path, "-H", "Authorization: Bearer \(token)", copy + room.path + "/files/\(id)",
      ])
      try await fetched.end()
      #expect(fetched.status == 0, "\(fetched.output)")
      let received = try Data(contentsOf: down)
      #expect(SHA256.hash(data: received) == SHA256.hash(data: bytes))
    }
  }

  /// Writes down, again and again, the address of a copy that serves.
  private static func write(theAddressOf room: Room, to file: URL, during upload: Child) async throws -> Int {
    while upload.isRunning {
      if let known = room.copies.compactMap(\.address).randomElement() {
        try known.write(to: file, atomically: true, encoding: .utf8)
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    return 0
  }

  /// Kills the copy that the client is at, again and again, and PostgreSQL once.
  ///
  /// - Returns: how often.
  private static func kill(_ room: Room, at file: URL, during upload: Child) async throws -> Int {
    var kills = 0
    while upload.isRunning, kills < 8 {
      try await Task.sleep(for: .milliseconds(Int.random(in: 300...900)))
      guard let address = try? String(contentsOf: file, encoding: .utf8) else { continue }
      kills += 1
      if kills == 4 { try await room.site.cluster.crash() }
      _ = room.copies.first { $0.address == address }?.kill()
      try await requireTrueOffset(room.site.cluster)
    }
    return kills
  }

  /// What is said to be there is there: every whole chunk, and a tail where the offset is in the middle of one.
  private static func requireTrueOffset(_ cluster: Cluster) async throws {
    let untrue = try await cluster.count(
      """
      SELECT count(*) FROM ohjaustila.resumable_upload r WHERE r.file_id IS NULL AND r.received / 262144 <> (
        SELECT count(*) FROM ohjaustila.file_chunk c
        WHERE c.space_id = r.space_id AND c.upload_id = r.id AND c.index < r.received / 262144)
      """)
    #expect(untrue == 0)
  }

  /// curl, as a person would: the transfer is cut off, HEAD says how far it came, and the rest is sent.
  @Test func curlGoesOnWhereItWasCutOff() async throws {
    try await Room.with(copies: 1) { room in
      let token = try await room.token(.customer(0))
      let address = try #require(room.copies.compactMap(\.address).first)
      let script = """
        set -euo pipefail
        auth=(-H "Authorization: Bearer $TOKEN" -H "Tus-Resumable: 1.0.0")
        head -c 9000000 /dev/urandom >sent
        location=$(curl -sSf -D - -o /dev/null -X POST "${auth[@]}" -H "Upload-Length: 9000000" \
          -H "Upload-Metadata: filename $(printf todistus.pdf | base64)" "$BASE$SPACE/uploads" |
          tr -d '\\r' | sed -n 's/^location: //Ip')
        offset() { curl -sSf -I "${auth[@]}" "$BASE$location" | tr -d '\\r' | sed -n 's/^upload-offset: //Ip'; }
        patch() {
          curl -sSf "$@" -X PATCH "${auth[@]}" -H "Upload-Offset: $(offset)" \
            -H "Content-Type: application/offset+octet-stream" -T - "$BASE$location"
        }
        cuts=0
        for limit in 1 1; do
          tail -c +$(($(offset) + 1)) sent | patch --limit-rate 1500K --max-time $limit >/dev/null 2>&1 || cuts=$((cuts + 1))
          sleep 1
        done
        middle=$(offset)
        tail -c +$((middle + 1)) sent | patch
        digest=$(openssl dgst -sha256 -binary sent | base64)
        file=$(curl -sSf "${auth[@]}" "$BASE$location" | sed -n 's/.*"fileId":"\\([^"]*\\)".*/\\1/p')
        curl -sSf -D headers -o received "${auth[@]}" "$BASE$SPACE/files/$file"
        cmp sent received
        grep -qi "^repr-digest: sha-256=:$digest:" headers
        echo "cut $cuts times, went on at $middle"
        """
      let run = Child(
        ["bash", "-c", "cd \(room.site.folder.path)\n" + script],
        environment: ["TOKEN": token, "BASE": address, "SPACE": room.path])
      try await run.end()
      print("curl: \(run.output)")
      #expect(run.status == 0, "\(run.output)")
      let middle = try #require(run.output.firstMatch(of: /cut 2 times, went on at (\d+)/)).1
      #expect((1..<9_000_000).contains(Int(middle) ?? 0))
    }
  }

  /// Eight at once to one space over two copies, and four that are given up in the middle: the eight are there as they
  /// were sent, and of the four no byte stays.
  @Test func curlsInParallelAndSomeThatGiveUp() async throws {
    try await Room.with(copies: 2) { room in
      try await eventually("both copies") { room.copies.allSatisfy { $0.address != nil } }
      let addresses = room.copies.compactMap(\.address)
      let token = try await room.token(.customer(0))
      let script = """
        set -euo pipefail
        auth="Authorization: Bearer $TOKEN"
        send() {
          curl -sSf -o "answer$1" "${@:3}" -H "$auth" -H "Content-Type: application/octet-stream" \
            -H "Content-Disposition: attachment; filename=file$1" -T "sent$1" -X POST "$2$SPACE/files"
        }
        for number in {1..12}; do head -c 3000000 /dev/urandom >sent$number; done
        runs=()
        for number in {1..12}; do
          base=$FIRST; ((number % 2)) || base=$SECOND
          if ((number > 8)); then
            (! send $number "$base" --limit-rate 500K --max-time 2 2>/dev/null) & runs+=($!)
          else
            send $number "$base" & runs+=($!)
          fi
        done
        for run in "${runs[@]}"; do wait "$run"; done
        for number in {1..8}; do
          id=$(sed -n 's/^{"id":"\\([^"]*\\)".*/\\1/p' answer$number)
          curl -sSf -o received -H "$auth" "$FIRST$SPACE/files/$id"
          cmp sent$number received
        done
        """
      let run = Child(
        ["bash", "-c", "cd \(room.site.folder.path)\n" + script],
        environment: [
          "TOKEN": token, "FIRST": addresses[0], "SECOND": addresses[1], "SPACE": room.path,
        ])
      try await run.end()
      #expect(run.status == 0, "\(run.output)")
      #expect(try await room.site.cluster.count("SELECT count(*) FROM ohjaustila.file") == 8)
      try await eventually("the end of what was given up") {
        let unpublished = """
          SELECT count(*) FROM ohjaustila.file_chunk c WHERE NOT EXISTS (
            SELECT FROM ohjaustila.file f WHERE f.space_id = c.space_id AND f.upload_id = c.upload_id)
          """ as Query
        return try await room.site.cluster.count(unpublished) == 0
      }
    }
  }
}
