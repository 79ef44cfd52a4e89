import AsyncHTTPClient
import Foundation
import NIOCore
import TestSupport
import Testing

/// A client as an integrator would write one: keeps connections alive, goes to another copy when one is gone, repeats
/// what may be repeated under the same key, and gets a new token when time has moved.
struct Client {
  /// How a request ended after all its attempts.
  enum Outcome: Sendable {
    case done(Answer)
    /// The last attempt was refused; an earlier one that was cut off may have had its effect.
    case refused(Answer)
    case unknown
  }

  let copies: [ServiceCopy]
  let http: HTTPClient
  var random: SplitMix64
  private var tokens: [Person: String] = [:]

  /// For an answer to one attempt.
  private static let patience = TimeAmount.seconds(20)
  /// For all attempts together.
  private static let endurance = Duration.seconds(120)

  init(copies: [ServiceCopy], http: HTTPClient, seed: UInt64) {
    self.copies = copies
    self.http = http
    random = SplitMix64(seed: seed)
  }

  /// Sends a request until it is answered for good.
  mutating func send(_ call: Call, as person: Person? = nil) async throws -> Outcome {
    let deadline = ContinuousClock.now + Self.endurance
    while ContinuousClock.now < deadline {
      try Task.checkCancellation()
      if let address = copies.compactMap(\.address).randomElement(using: &random),
        let answer = try? await attempt(call, as: person, at: address),
        let outcome = await judge(answer, person, address)
      {
        return outcome
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 20...150, using: &random)))
    }
    return .unknown
  }

  /// Sends a request that has to succeed.
  mutating func require(_ call: Call, as person: Person? = nil) async throws -> Answer {
    switch try await send(call, as: person) {
    case .done(let answer): return answer
    case .refused(let answer):
      throw NeverCame(what: "\(call.path): \(answer.status) \(String(decoding: answer.bytes, as: UTF8.self)); success")
    case .unknown: throw NeverCame(what: call.path)
    }
  }

  /// - Returns: nil when the request is to be repeated.
  private mutating func judge(_ answer: Answer, _ person: Person?, _ address: String) async -> Outcome? {
    switch answer.status {
    case 200..<300: return .done(answer)
    case 401:
      // The token's hour is over; or this copy has not heard yet that time has moved.
      if let person { tokens[person] = nil }
      _ = try? await execute(.get("/dev/clock"), token: nil, at: address)
      return nil
    case 503: return nil
    case 409 where answer.isProblem("idempotency-in-progress"): return nil
    case 500...:
      Issue.record("\(answer.status): \(String(decoding: answer.bytes, as: UTF8.self))")
      return .refused(answer)
    default: return .refused(answer)
    }
  }

  private mutating func attempt(_ call: Call, as person: Person?, at address: String) async throws -> Answer? {
    guard let person else { return try await execute(call, token: nil, at: address) }
    if tokens[person] == nil {
      tokens[person] = try await execute(.post("/dev/tokens", person.claims), token: nil, at: address).members.token
    }
    guard let token = tokens[person] else { return nil }
    return try await execute(call, token: token, at: address)
  }

  private func execute(_ call: Call, token: String?, at address: String) async throws -> Answer {
    try await http.send(call, token: token, to: address, patience: Self.patience)
  }
}
