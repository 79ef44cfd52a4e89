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
