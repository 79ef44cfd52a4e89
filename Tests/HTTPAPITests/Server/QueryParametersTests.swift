import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct QueryParametersTests {
  enum State: String, CaseIterable {
    case active, archived
  }

  private func query(_ text: String) throws -> QueryParameters {
    try QueryParameters(text, allowed: ["limit", "cursor", "state"])
  }

  @Test func readsValues() throws {
    let values = try query("limit=20&cursor=%C3%A4%20b+c&state=archived")
    #expect(try values.int("limit", 1...200) == 20)
    #expect(try values.string("cursor") == "ä b c")
    #expect(try values.enumeration("state", State.self) == .archived)
    #expect(try query("").int("limit", 1...200) == nil)
  }

  @Test(arguments: [
    ("limt=1", "limt"), ("limit=1&limit=2", "limit"), ("limit=%zz", "limit"), ("cursor=%ff", "cursor"),
    ("cursor=%00", "cursor"), ("cursor=%C", "cursor"), ("Limit=1", nil), ("%6Cimit=1&x", "x"), ("=1", nil),
  ])
  // What looks like no name of ours may be anything, and is not repeated.
  func namesTheParameter(_ text: String, _ name: String?) {
    let problem = #expect(throws: Problem.self) { try query(text) }
    #expect(problem?.members.first?.value == name.map { .string($0) })
    #expect(problem?.status == .badRequest)
  }

  @Test(arguments: ["limit=0", "limit=201", "limit=x", "limit=", "limit", "limit=1.0", "limit=99999999999999999999"])
  func boundsNumbers(_ text: String) throws {
    let values = try query(text)
    #expect(throws: Problem.self) { try values.int("limit", 1...200) }
  }

  @Test func boundsTexts() throws {
    let values = try query("state=frozen&cursor=")
    #expect(throws: Problem.self) { try values.enumeration("state", State.self) }
    #expect(throws: Problem.self) { try values.string("cursor") }
    #expect(throws: Problem.self) { try values.parsed("state", "Must be a state.") { State(rawValue: $0) } }
  }
}
