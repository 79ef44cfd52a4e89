/// Somebody at a keyboard: opens spaces, writes, enters, closes, reactivates, uploads, one thing after another.
struct User {
  let number: Int
  let organisation: String
  let ledger: Ledger
  let clockwork: Clockwork
  var client: Client
  private var deeds = 0

  init(_ number: Int, organisation: String, ledger: Ledger, clockwork: Clockwork, client: Client) {
    (self.number, self.organisation, self.ledger, self.clockwork) = (number, organisation, ledger, clockwork)
    self.client = client
  }

  mutating func keepBusy() async throws {
    while !clockwork.isStopping {
      deeds += 1
      try await act(key: "user-\(number)-\(deeds)")
    }
  }

  private mutating func act(key: String) async throws {
    let choice = Int.random(in: 0..<100, using: &client.random)
    guard choice >= 12, let space = ledger.space(using: &client.random) else { return try await open(key) }
    switch choice {
    case 12..<50: try await write(key, in: space)
    case 50..<65: _ = try await send(.post("/v1/spaces/\(space.id)/entry", "{}"), as: space.customer, key)
    case 65..<75: try await record("closed", by: "close", key, in: space)
    case 75..<88: try await record("reactivated", by: "reactivate", key, in: space)
    default: try await upload(key, to: space)
    }
  }

  private mutating func open(_ key: String) async throws {
    let counsellor = Person.counsellor(Int.random(in: 0..<Person.counsellors, using: &client.random))
    let customer = Person.customer(Int.random(in: 0..<Person.customers, using: &client.random))
    let body = """
      {"organisationId":"\(organisation)","title":"\(key)","customers":[{"hetu":"\(customer.identityCode ?? "")"}]}
      """
    guard let answer = try await send(.post("/v1/spaces", body, key: key), as: counsellor, key),
      let id = answer.members.id
    else { return }
    ledger.note { $0.spaces.append(Ledger.Space(id: id, counsellor: counsellor, customer: customer)) }
  }

  private mutating func write(_ key: String, in space: Ledger.Space) async throws {
    let author = Bool.random(using: &client.random) ? space.counsellor : space.customer
    let call = Call.post("/v1/spaces/\(space.id)/messages", #"{"text":"\#(key)"}"#, key: key)
    guard let answer = try await send(call, as: author, key), let id = answer.members.id else { return }
    ledger.note { $0.messages[space.id, default: []].append(Ledger.Message(id: id, text: key)) }
  }

  private mutating func record(_ kind: String, by act: String, _ key: String, in space: Ledger.Space) async throws {
    let call = Call.post("/v1/spaces/\(space.id)/\(act)", "{}", key: key)
    guard try await send(call, as: space.counsellor, key) != nil else { return }
    ledger.note { $0.facts[space.id, default: [:]][kind, default: 0] += 1 }
  }

  private mutating func upload(_ key: String, to space: Ledger.Space) async throws {
    let size = Int.random(in: 1...60_000, using: &client.random)
    let first = UInt8.random(in: 0 ... .max, using: &client.random)
    let bytes = (0..<size).map { first &+ UInt8(truncatingIfNeeded: $0 &* 7) }
    let call = Call.upload("/v1/spaces/\(space.id)/files", name: key, bytes, key: key)
    guard let answer = try await send(call, as: space.customer, key), let id = answer.members.id else { return }
    ledger.note { $0.files[space.id, default: []].append(Ledger.File(id: id, name: key, bytes: bytes)) }
  }

  /// - Returns: the answer of what succeeded; nil for a refusal, or when nobody knows.
  private mutating func send(_ call: Call, as person: Person, _ key: String) async throws -> Answer? {
    let before = clockwork.epoch
    let outcome = try await client.send(call, as: person)
    if clockwork.epoch != before { ledger.note { $0.outlasted.insert(key) } }
    switch outcome {
    case .done(let answer): return answer
    case .refused: return nil
    case .unknown:
      ledger.note { $0.unknown += 1 }
      return nil
    }
  }
}
