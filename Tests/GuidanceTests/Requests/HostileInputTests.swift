import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// What people send who mean no good, or just paste.
@Suite struct HostileInputTests {
  private static let texts = [
    "a", " ", "\u{200B}", "e\u{301}", "\u{202E}gnp.exe", "👩‍👩‍👧‍👦", "\u{FFFF}\u{10FFFF}",
    "'; DROP TABLE ohjaustila.space; --",
    "$1 \\x00 %s {{7*7}} ${jndi}", "\r\n\t", "]]>&lt;script>", String(repeating: "ä", count: 20_000),
  ]

  @Test func textsComeBackAsTheyWere() async throws {
    try await Cast.with { cast in
      var spaces: [ID<Space>] = []
      for text in Self.texts {
        let space = try await cast.openSpace(title: String(text.prefix(200))).space.id
        let posted = try await cast.store.postMessage(text, to: space, by: try await cast.customer())
        let read = try await cast.store.messages(of: space, PageRequest(), for: cast.counsellor).items
        #expect(read.map { $0.text.map { Array($0.utf8) } } == [Array(text.utf8)] && read.first?.id == posted.id)
        spaces.append(space)
      }
      for (space, text) in zip(spaces, Self.texts) {
        let archive = try await cast.store.archive(of: space, for: try await cast.customer())
        let kept = try Python.run(
          "import sys, zipfile, json; z = zipfile.ZipFile(sys.argv[1]); "
            + "print(json.load(z.open('space.json'))['messages'][0]['text'].encode().hex())",
          on: try await FileTests.received { try await archive.send(to: $0) })
        #expect(kept == Hash.digits(Array(text.utf8)))
      }
    }
  }

  /// U+0000 can't be kept in PostgreSQL's text: refused by name wherever a text comes in, and nothing is stored.
  @Test func theNulCharacterIsRefused() async throws {
    let nul = "a\u{0}b"
    try await Cast.with { cast in
      let store = cast.store
      let space = try await cast.space()
      let rule = "has no character U+0000"
      await #expect(throws: Refusal.invalid(field: "/text", rule: rule)) {
        try await store.postMessage(nul, to: space, by: cast.counsellor)
      }
      await #expect(throws: Refusal.invalid(field: "/title", rule: rule)) { try await cast.openSpace(title: nul) }
      await #expect(throws: Refusal.invalid(field: "/topics", rule: rule)) {
        try await store.change(space, title: nil, topics: [nul], language: nil, by: cast.counsellor)
      }
      await #expect(throws: Refusal.invalid(field: "/name", rule: rule)) {
        try await store.createOrganisation(Cast.draft(nul, admin: "x"), by: cast.operator)
      }
      await #expect(throws: Refusal.invalid(field: "/subject", rule: rule)) {
        try await store.appoint(Cast.appointment(nul), to: cast.organisation.id, by: cast.admin)
      }
      await #expect(throws: Refusal.notFound) {
        try await store.staffMember(nul, of: cast.organisation.id, for: cast.admin)
      }
      #expect(try await store.caller(Cast.staff(nul)).principal == .stranger)
    }
  }

  @Test func lengthsAreKept() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      for text in ["", String(repeating: "x", count: Message.maximumLength + 1)] {
        await #expect(throws: Refusal.self) { try await cast.store.postMessage(text, to: space, by: cast.counsellor) }
      }
      _ = try await cast.store.close(space, reason: nil, by: cast.counsellor)
      let customer = try await cast.customer()
      for rating in [0, 6, -1] {
        await #expect(throws: Refusal.invalid(field: "/rating", rule: "is 1 to 5")) {
          try await cast.store.giveFeedback(rating: rating, text: nil, on: space, by: customer)
        }
      }
      await #expect(throws: Refusal.notFound) { try await cast.store.feedback(on: space, by: customer) }
    }
  }
}
