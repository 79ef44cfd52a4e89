import Guidance
import Lifecycle
import Postgres
import TestSupport
import Testing

/// A principal is issuer and subject, byte for byte.
@Suite struct SubjectTests {
  /// Swift takes these pairs for equal; PostgreSQL and keyed hashes do not.
  @Test(arguments: [("Jos\u{E9}", "Jose\u{301}"), ("K", "\u{212A}"), ("\u{C5}ke", "\u{212B}ke")])
  func equivalentTextsAreNotTheSameSubject(_ own: String, _ other: String) async throws {
    #expect(own == other)
    try await Cast.with { cast in
      _ = try await cast.store.appoint(Cast.appointment(own), to: cast.organisation.id, by: cast.admin)
      #expect(try await cast.store.caller(Cast.staff(own)).principal != .stranger)
      #expect(try await cast.store.caller(Cast.staff(other)).principal == .stranger)
    }
  }

  /// Who has left every staff may be a customer like anybody else, also where one issuer vouches for both.
  @Test func aFormerMemberIsNoStaff() async throws {
    try await Cast.with { cast in
      _ = try await cast.store.appoint(Cast.appointment("eeva"), to: cast.organisation.id, by: cast.admin)
      try await cast.store.dismiss("eeva", from: cast.organisation.id, by: cast.admin)
      #expect(try await cast.store.caller(Cast.staff("eeva")).principal == .stranger)
    }
  }
}
