import Crypto
import Testing

@testable import HTTPAPI

/// When keys are asked for, and how long they count: decided without a clock or an issuer.
@Suite struct KeyStateTests {
  private let start = ContinuousClock.now
  private let timing = KeyState.Timing()

  private func keys() async throws -> KeySet {
    let jwks = TestIssuer(key: P256.Signing.PrivateKey()).jwks
    return try await KeySet(JSONDecoding.jwks(jwks), algorithms: [.es256])
  }

  @Test(
    arguments: [
      (nil, 600), (.seconds(0), 60), (.seconds(59), 60), (.seconds(300), 300), (.seconds(3600), 3600),
      (.seconds(86_400), 3600),
    ] as [(Duration?, Int64)])
  func keysAreLoadedAnewWhenTheyAreOfAge(_ goodFor: Duration?, _ seconds: Int64) async throws {
    var state = KeyState(timing)
    #expect(state.nextLoad == nil)
    state.begin(at: start)
    _ = state.succeeded(try await keys(), document: [1], goodFor: goodFor, at: start)
    #expect(state.nextLoad == start + .seconds(seconds))
  }

  @Test func whileTheIssuerIsAwayItIsAskedEachHalfMinute() async throws {
    var state = KeyState(timing)
    state.begin(at: start)
    let (first, second) = (state.failed(), state.failed())
    #expect(first && !second && state.isAway)
    #expect(state.nextLoad == start + .seconds(30))
    let wasAway = state.succeeded(try await keys(), document: [1], goodFor: nil, at: start)
    #expect(wasAway && !state.isAway)
  }

  /// Keys that can't be confirmed count for some hours, then no more, and neither do tokens remembered with them.
  @Test func keysCountForABoundedTime() async throws {
    var state = KeyState(timing)
    #expect(state.usable(at: start) == nil && state.generation(at: start) == nil)
    _ = state.succeeded(try await keys(), document: [1], goodFor: nil, at: start)
    _ = state.failed()
    let last = start + timing.outage
    #expect(state.usable(at: last - .seconds(1)) != nil && state.generation(at: last - .seconds(1)) == 1)
    #expect(state.usable(at: last) == nil && state.generation(at: last) == nil)
  }

  @Test func onlyOtherKeysAreAnotherGeneration() async throws {
    var state = KeyState(timing)
    let keys = try await keys()
    for (document, generation) in [([1], 1), ([1], 1), ([2], 2), ([1], 3)] as [([UInt8], Int)] {
      _ = state.succeeded(keys, document: document, goodFor: nil, at: start)
      #expect(state.generation(at: start) == generation)
    }
  }

  /// Loading by the clock does not use up what an unknown key may demand, and demands are half a minute apart.
  @Test func demandsAreRare() async throws {
    var state = KeyState(timing)
    state.begin(at: start)
    let duringTheFirst = state.demand(at: start)
    #expect(!duringTheFirst, "the first attempt was for everybody")
    _ = state.succeeded(try await keys(), document: [1], goodFor: nil, at: start)
    var answers: [Bool] = []
    for second in [1, 2, 30, 31, 32, 61] { answers.append(state.demand(at: start + .seconds(second))) }
    #expect(answers == [true, false, false, true, false, true])
  }
}
