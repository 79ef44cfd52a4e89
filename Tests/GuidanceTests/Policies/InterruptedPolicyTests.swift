import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// A change of policy that is cut off, that meets another, and that meets facts.
@Suite struct InterruptedPolicyTests {
  private func with(
    spaces count: Int, _ body: (Cast, [TestInstallation], PolicyBatches, [ID<Space>]) async throws -> Void
  ) async throws {
    try await Cast.with(policies: Policies([Versions.first()])) { cast in
      let policies = try Policies([Versions.first(), Versions.shorter()])
      let copies = [
        try await cast.installation.copy(policies: policies), try await cast.installation.copy(policies: policies),
      ]
      var spaces: [ID<Space>] = []
      for _ in 0..<count { spaces.append(try await cast.space()) }
      try await body(cast, copies, batches(copies[0].store), spaces)
      for copy in copies { await copy.shutdown() }
    }
  }

  private func batches(_ store: GuidanceStore, pageSize: Int = 2) throws -> PolicyBatches {
    let change = try store.policyChange(register: "ohjaustila", to: 2)
    return PolicyBatches(store: store, change: change, policy: change.earlier[0], actor: .scheduler, pageSize: pageSize)
  }

  private func expectOnce(_ spaces: [ID<Space>], in cast: Cast) async throws {
    #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space WHERE policy_version <> 2") == 0)
    for space in spaces {
      let chain = try await Chain.verify(space, in: cast.installation)
      #expect(chain.kinds.count { $0 == "policyChanged" } == 1)
    }
  }

  /// Killed between two transactions: what is done is done, the rest is as it was, and another copy goes on.
  @Test func whatWasCutOffGoesOn() async throws {
    try await with(spaces: 5) { cast, copies, batches, spaces in
      let cutOff = Task {
        try await batches.run { _ in withUnsafeCurrentTask { $0?.cancel() } }
      }
      await #expect(throws: CancellationError.self) { try await cutOff.value }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space WHERE policy_version = 2") == 2)
      let rest = try await self.batches(copies[1].store).run { _ in }
      #expect(rest.governed == 3)
      #expect(try await self.batches(copies[0].store).run { _ in } == PolicyReport())
      try await expectOnce(spaces, in: cast)
    }
  }

  /// A process that dies inside a transaction leaves none of it.
  @Test func aTransactionThatWasCutOffLeavesNothing() async throws {
    try await with(spaces: 3) { cast, _, batches, spaces in
      let before = try await cast.count("SELECT sum(version)::bigint FROM ohjaustila.space")
      // A constraint ends the transaction at its last statement, after everything else of it was written.
      try await cast.alter("ALTER TABLE ohjaustila.due ADD CONSTRAINT fail CHECK (skips > 0) NOT VALID")
      await #expect(throws: PostgresError.self) { try await batches.run { _ in } }
      #expect(try await cast.count("SELECT sum(version)::bigint FROM ohjaustila.space") == before)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.journal WHERE kind = 'policyChanged'") == 0)
      try await cast.alter("ALTER TABLE ohjaustila.due DROP CONSTRAINT fail")
      #expect(try await batches.run { _ in }.governed == 3)
      try await expectOnce(spaces, in: cast)
    }
  }

  /// Two copies at once, while both sides write: each space comes under the new version once, and no chain breaks.
  @Test func twoCopiesAndFactsAtOnce() async throws {
    try await with(spaces: 10) { cast, copies, _, spaces in
      let customer = try await cast.customer()
      let governed = try await withThrowingTaskGroup(of: Int.self) { group in
        for copy in copies {
          let batches = try batches(copy.store, pageSize: 3)
          group.addTask { try await batches.run { _ in }.governed }
        }
        for (index, space) in spaces.enumerated() {
          group.addTask {
            let store = copies[index % 2].store
            _ = try await store.postMessage("Samaan aikaan", to: space, by: cast.counsellor)
            _ = try await store.enter(space, invitation: nil, by: customer)
            return 0
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(governed == spaces.count)
      try await expectOnce(spaces, in: cast)
      for space in spaces {
        let view = try await copies[0].store.space(space, for: cast.counsellor)
        let next = try #require(copies[0].store.policies.version(2, of: "ohjaustila"))
        #expect(view.space.life.timeline(next, copies[0].store.zone) == view.space.timeline)
      }
    }
  }

  /// A space that somebody holds is waited for; the others don't wait.
  @Test func aLockedSpaceIsWaitedFor() async throws {
    try await with(spaces: 3) { cast, copies, batches, spaces in
      let results = try await HeldLock.over(
        spaces[1], in: cast.installation, [{ @Sendable in try await batches.run { _ in } }]
      ) {
        let others = try? await cast.count("SELECT count(*) FROM ohjaustila.space WHERE policy_version = 2")
        #expect(others == 2)
      }
      #expect(try results[0].get().governed == 3)
      try await expectOnce(spaces, in: cast)
    }
  }
}
