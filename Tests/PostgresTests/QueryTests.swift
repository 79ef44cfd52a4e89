import Postgres
import Testing

@Suite struct QueryTests {
  @Test func interpolationBinds() {
    let query: Query = "SELECT \(1), \("x'"), \(Int32?.none)"
    #expect(query.sql == "SELECT $1, $2, $3")
    #expect(query.binds.map(\.oid) == [20, 25, 23])
    #expect(query.binds.map(\.bytes) == [[0, 0, 0, 0, 0, 0, 0, 1], Array("x'".utf8), nil])
  }

  @Test func fragmentsAreNumberedOn() {
    let inner: Query = "a = \(1) AND b = \(String?.none) AND c = \("ä$1")"
    let middle: Query = "(\(inner)) OR d = \(true)"
    let query: Query = "SELECT \(Int16(9)) WHERE \(middle) AND (\(inner)) LIMIT \(2)"
    #expect(
      query.sql
        == "SELECT $1 WHERE (a = $2 AND b = $3 AND c = $4) OR d = $5 AND (a = $6 AND b = $7 AND c = $8) LIMIT $9")
    #expect(query.binds.map(\.oid) == [21, 20, 25, 25, 16, 20, 25, 25, 20])
    let one: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 1]
    let text = Array("ä$1".utf8)
    #expect(
      query.binds.map(\.bytes) == [[0, 9], one, nil, text, [1], one, nil, text, [0, 0, 0, 0, 0, 0, 0, 2]])
  }

  @Test func tenAndMoreParameters() {
    var query: Query = "\(0)"
    for number in 1..<12 { query = "\(query), \(number)" }
    #expect(query.sql == (1...12).map { "$\($0)" }.joined(separator: ", "))
    #expect(query.binds.map { $0.bytes?.last } == (0..<12).map { UInt8($0) })
  }

  @Test func aStatementTakesOtherValues() {
    let query: Query = "SELECT \("some"), \(1), \(Int?.some(2))"
    let other = query.binding("another text", 7, Int?.none)
    #expect(other.sql == query.sql)
    #expect(other.binds.map(\.oid) == [25, 20, 20])
    #expect(other.binds.map(\.bytes) == [Array("another text".utf8), [0, 0, 0, 0, 0, 0, 0, 7], nil])
    #expect(query.binds.first?.bytes == Array("some".utf8))
  }

  @Test func identifiersAreQuoted() {
    let query: Query = "DROP TABLE \(identifier: "a\"b; DROP")"
    #expect(query.sql == "DROP TABLE \"a\"\"b; DROP\"")
    #expect(query.binds.isEmpty)
  }
}
