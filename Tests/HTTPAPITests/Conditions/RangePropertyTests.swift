import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI

/// Ranges against a model that counts bytes one by one.
@Suite struct RangePropertyTests {
  /// One range as a client writes it, and the bytes it means.
  private struct Asked {
    let text: String
    let bytes: Set<Int>

    init(length: Int, _ random: inout SplitMix64) {
      let (a, b) = (Int.random(in: 0...60, using: &random), Int.random(in: 0...60, using: &random))
      let there = { (byte: Int) in (0..<length).contains(byte) }
      switch Int.random(in: 0..<3, using: &random) {
      case 0: (text, bytes) = ("\(min(a, b))-\(max(a, b))", Set((min(a, b)...max(a, b)).filter(there)))
      case 1: (text, bytes) = ("\(a)-", Set((a...max(a, length)).filter(there)))
      default: (text, bytes) = ("-\(a)", Set(((length - a)..<length).filter(there)))
      }
    }
  }

  @Test func anyListIsWhatItsBytesAre() {
    var random = SplitMix64(seed: testSeed)
    for _ in 0..<20_000 {
      let length = Int.random(in: 1...50, using: &random)
      let asked = (0..<Int.random(in: 1...4, using: &random)).map { _ in Asked(length: length, &random) }
      let bytes = asked.reduce(into: Set<Int>()) { $0.formUnion($1.bytes) }
      let field = "bytes=" + asked.map(\.text).joined(separator: Bool.random(using: &random) ? "," : " , ")
      let representation = Representation(entityTag: EntityTag("x"), lastModified: nil, length: UInt64(length))
      let selection = representation.selection(for: .get, [.range: field])
      #expect(selection == Self.model(bytes), "\(field) of \(length), OHJAUSTILA_SEED=\(testSeed)")
    }
  }

  /// Nothing: 416. Bytes without a gap: a part. Else the whole, never a part with something missing or too much.
  private static func model(_ bytes: Set<Int>) -> Representation.Selection {
    guard let first = bytes.min(), let last = bytes.max() else { return .unsatisfiable }
    return last - first + 1 == bytes.count ? .part(UInt64(first)..<UInt64(last + 1)) : .whole
  }

  /// Whatever comes, the answer is within the bytes, and never empty.
  @Test func noiseNeverLeadsOutOfTheBytes() {
    var random = SplitMix64(seed: testSeed)
    let letters = Array("0123456789-, =bytesBY\"*W/\t")
    for _ in 0..<20_000 {
      let noise = String(
        (0..<Int.random(in: 0...12, using: &random)).map { _ in letters.randomElement(using: &random)! })
      let field = Bool.random(using: &random) ? "bytes=" + noise : noise
      let fields: HTTPFields = [.range: field]
      guard case .part(let range) = RepresentationTests.some.selection(for: .get, fields) else { continue }
      #expect(!range.isEmpty && range.upperBound <= 100, "\(field), OHJAUSTILA_SEED=\(testSeed)")
    }
  }
}
