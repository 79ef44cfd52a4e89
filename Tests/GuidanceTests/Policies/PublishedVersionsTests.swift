import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// What was promised under a version is not changed under its number.
@Suite struct PublishedVersionsTests {
  @Test func aChangedVersionIsRefusedAndNamed() async throws {
    try await TestInstallation.with { installation in
      let changed = try Versions.version(1, [("releaseGrace: P14D", "releaseGrace: P15D")])
      await #expect(throws: WrongPolicies.changed(register: "ohjaustila", version: 1)) {
        _ = try await installation.copy(policies: Policies([changed]))
      }
      // What was refused was not written down: the right file is as good as before.
      let again = try await installation.copy()
      await again.shutdown()
    }
  }

  @Test func aNewVersionBesideGovernsWhatIsOpenedFromThenOn() async throws {
    try await Cast.with { cast in
      let old = try await cast.space()
      let policies = try Policies([Versions.first(), Versions.shorter()])
      let copy = try await cast.installation.copy(policies: policies)
      let new = try await copy.store.openSpace(
        SpaceDraft(
          organisation: cast.organisation.id, title: "Uusi", language: nil, topics: [], customers: [Cast.invited(1)]),
        by: cast.counsellor)
      #expect(new.space.policyVersion == 2)
      #expect(try await copy.store.space(old, for: cast.counsellor).space.policyVersion == 1)
      // The file that governs a space may not go.
      for (policies, version) in [([try Versions.first()], 2), ([try Versions.shorter()], 1)] {
        await #expect(throws: WrongPolicies.missing(register: "ohjaustila", version: version, spaces: 1)) {
          _ = try await cast.installation.copy(policies: Policies(policies))
        }
      }
      await copy.shutdown()
    }
  }

  /// Looking at a draft publishes nothing, so that it may still be edited; applying it does.
  @Test func aDraftIsPublishedWithItsFirstPromise() async throws {
    try await TestInstallation.with { installation in
      func store(_ draft: Policy) throws -> GuidanceStore {
        let store = installation.store
        return GuidanceStore(
          service: store.service, scheduler: store.scheduler, dpo: store.dpo, keys: store.keys,
          archiveKeys: store.archiveKeys,
          policies: try Policies([Versions.first(), draft]), zone: store.zone, clock: store.clock, logger: store.logger)
      }
      for draft in [try Versions.longer(), try Versions.shorter()] {
        let looking = try store(draft)
        try await looking.checkDatabase()
        _ = try await looking.previewPolicy(looking.policyChange(register: "ohjaustila", to: 2))
      }
      let applying = try store(Versions.shorter())
      let change = try applying.policyChange(register: "ohjaustila", to: 2)
      _ = try await applying.applyPolicy(change, token: try await applying.previewPolicy(change).token)
      let other = try store(Versions.longer())
      for refused in [other.checkDatabase, other.publishPolicies] {
        await #expect(throws: WrongPolicies.changed(register: "ohjaustila", version: 2)) { try await refused() }
      }
    }
  }

  @Test func withoutAPolicyNothingStarts() async throws {
    try await TestInstallation.with { installation in
      let error = await #expect(throws: WrongPolicies.self) {
        _ = try await installation.copy(policies: Policies([]))
      }
      #expect(error == .noPolicy(register: "ohjaustila"))
    }
  }

  /// The digest is of what the policy says, every bit of it, and not of how the file is laid out.
  @Test func theDigestIsOfTheTerms() throws {
    let policy = try Versions.first()
    let commented = try PolicyFile.parse("# A comment.\n" + Versions.text(), file: "x")
    #expect(commented.digest == policy.digest && policy.digest.count == 32)
    let others = [
      try Versions.version(2), try Versions.shorter(), try Versions.longer(),
      try Versions.version(1, [("before: P7D", "before: P6D")]),
      try Versions.version(1, [("erasing, to: [customer]", "erasing, to: [customer, counsellor]")]),
      try Versions.version(1, [("guidanceEnded, counsellorUnavailable", "counsellorUnavailable, guidanceEnded")]),
      try Versions.version(1, [("releaseGrace: P14D", "releaseGrace: P15D")]),
      try Versions.version(1, [("PT60S", "PT61S")]), try Versions.version(1, [("58 artikla", "59 artikla")]),
      try Versions.version(1, [("title: Ohjaustilat", "title: Tilat")]),
      try Versions.version(1, [("secondApproval: true", "secondApproval: false")]),
    ]
    #expect(Set(others.map(\.digest) + [policy.digest]).count == others.count + 1)
  }
}
