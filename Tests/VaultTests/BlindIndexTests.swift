import Testing
import Vault

@Suite struct BlindIndexTests {
  @Test func kindsSeparatorsAndVersionsDiffer() throws {
    let index = try #require(BlindIndex(keys: [1: Fixtures.symmetric(1), 2: Fixtures.symmetric(2)]))
    let kinds = BlindIndexKind.allCases.map { index.digest("010594Y9032", kind: $0) }
    #expect(Set(kinds).count == kinds.count)
    // Since 2023 two people may differ in the separator alone.
    #expect(index.digest("010594Y9032", kind: .hetu) != index.digest("010594-9032", kind: .hetu))
    let all = index.digests("010594Y9032", kind: .hetu)
    #expect(all.map { Array($0.prefix(2)) } == [[0, 2], [0, 1]])
    #expect(all[0] == index.digest("010594Y9032", kind: .hetu))
    #expect(all.allSatisfy { $0.count == 34 } && all[0].dropFirst(2) != all[1].dropFirst(2))
    let older = try #require(BlindIndex(keys: [1: Fixtures.symmetric(1)]))
    #expect(older.digest("010594Y9032", kind: .hetu) == all[1])
  }
}
