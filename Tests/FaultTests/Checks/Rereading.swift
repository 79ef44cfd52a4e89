import Testing

/// Reads back through the API what was acknowledged of the spaces that still live.
struct Rereading {
  var client: Client

  mutating func run(_ ledger: Ledger.Entries, living: Set<String>) async throws {
    for space in ledger.spaces {
      guard living.contains(space.id) else {
        let outcome = try await client.send(.get("/v1/spaces/\(space.id)"), as: space.customer)
        guard case .refused(let answer) = outcome, answer.status == 404 else {
          Issue.record("an erased space answers")
          continue
        }
        continue
      }
      try await messages(of: space, ledger)
      try await files(of: space, ledger)
    }
  }

  /// Every acknowledged message with its text, and no key with two.
  private mutating func messages(of space: Ledger.Space, _ ledger: Ledger.Entries) async throws {
    let found = try await all("/v1/spaces/\(space.id)/messages", as: space.customer)
    let texts = Dictionary(found.map { ($0.id ?? "", $0.text ?? "") }, uniquingKeysWith: { first, _ in first })
    for message in ledger.messages[space.id] ?? [] {
      #expect(texts[message.id] == message.text, "message \(message.id) of \(space.id)")
    }
    expectOnce(found.compactMap(\.text), ledger)
  }

  private mutating func files(of space: Ledger.Space, _ ledger: Ledger.Entries) async throws {
    let found = try await all("/v1/spaces/\(space.id)/files", as: space.customer)
    expectOnce(found.compactMap(\.name), ledger)
    for file in ledger.files[space.id] ?? [] {
      let answer = try await client.require(.get("/v1/spaces/\(space.id)/files/\(file.id)"), as: space.customer)
      #expect(answer.bytes == file.bytes, "file \(file.id) of \(space.id)")
    }
  }

  /// A request's key is in what it makes: so often as it is there, it had an effect.
  private func expectOnce(_ keys: [String], _ ledger: Ledger.Entries) {
    for (key, found) in Dictionary(grouping: keys, by: { $0 }) where found.count > 1 {
      #expect(ledger.outlasted.contains(key), "\(key) had \(found.count) effects")
    }
  }

  private mutating func all(_ path: String, as person: Person) async throws -> [Answer.Members] {
    var items: [Answer.Members] = []
    var query = "?limit=200"
    while true {
      let page = try await client.require(.get(path + query), as: person).members
      items += page.items ?? []
      guard let cursor = page.nextCursor else { return items }
      query = "?limit=200&cursor=\(cursor)"
    }
  }
}
