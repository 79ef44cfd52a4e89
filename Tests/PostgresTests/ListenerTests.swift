import Postgres
import TestSupport
import Testing

@Suite struct ListenerTests {
  @Test func notificationsArriveAlsoAfterALostConnection() async throws {
    try await TestCluster.withDatabase { url async throws in
      let listener = Listener(
        ConnectionConfiguration(url: url, applicationName: "listening"), channels: ["space", "Odd \"name\""])
      var events = listener.events.makeAsyncIterator()
      #expect(await events.next() == .connected)
      try listener.notify("space", "1")
      #expect(await events.next() == .notification(channel: "space", payload: "1"))
      try await TestCluster.onConnection(url) { connection throws in
        _ = try connection.pipeline(["SELECT pg_notify('Odd \"name\"', 'ä')", "SELECT pg_notify('other', '')"])
      }
      #expect(await events.next() == .notification(channel: "Odd \"name\"", payload: "ä"))

      try await TestCluster.onConnection(url) {
        _ = try $0.pipeline([
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'listening'"
        ])
      }
      #expect(await events.next() == .connected)
      try listener.notify("space", "2")
      #expect(await events.next() == .notification(channel: "space", payload: "2"))
      await listener.stop()
      #expect(await events.next() == nil)
    }
  }

  @Test func whatCannotBeSentIsRefused() async throws {
    try await TestCluster.withDatabase { url async throws in
      let listener = Listener(ConnectionConfiguration(url: url), channels: [])
      #expect(throws: PostgresError.self) { try listener.notify("x", String(repeating: "x", count: 8000)) }
      #expect(throws: PostgresError.self) { try listener.notify("", "x") }
      #expect(throws: PostgresError.self) { try listener.notify("x", "\0") }
      await listener.stop()
    }
  }

  @Test func stoppingWorksWithoutAServer() async throws {
    let listener = Listener(ConnectionConfiguration(url: "host=/nonexistent"), channels: ["x"])
    try listener.notify("x")
    try await Task.sleep(for: .milliseconds(50))
    await listener.stop()
  }
}
