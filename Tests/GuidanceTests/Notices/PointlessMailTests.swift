import Guidance
import Lifecycle
import TestSupport
import Testing

/// A notice that has become untrue is withdrawn, at whichever stage it is.
@Suite struct PointlessMailTests {
  @Test func aCustomerWhoCameBackIsNotWarned() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let space = try await office.openSpace().space.id
      try await cast.advanceToWarning(of: space)
      _ = try await cast.store.enter(space, invitation: nil, by: try await cast.customer())
      let report = try await office.sender.deliverDue()
      #expect(report.withdrawn == 1 && report.sent == 0)
      #expect(try await office.waiting() == 0)
      let chain = try await Chain.verify(space, in: cast.installation)
      let entry = try #require(chain.entries.last { $0.kind == "noticeWithdrawn" })
      let text = String(decoding: entry.bytes, as: UTF8.self)
      #expect(text.contains(#""notice":"closingSoon""#) && text.contains(#""reason":"moved""#))
    }
  }

  /// The mail server was away; when it is back, the customer is too.
  @Test func aDeferredWarningIsWithdrawnAsWell() async throws {
    try await Cast.with { cast in
      let office = PostOffice(
        cast, RecordingTransport { _, attempt in attempt == 2 ? .deferred(reason: "4.3.2") : .accepted })
      let space = try await office.openSpace().space.id
      try await cast.advanceToWarning(of: space)
      #expect(try await office.sender.deliverDue().deferred == 1)
      _ = try await cast.store.enter(space, invitation: nil, by: try await cast.customer())
      try await cast.advance(by: .seconds(3600))
      let report = try await office.sender.deliverDue()
      #expect(report.withdrawn == 1 && office.transport.tried.count == 2)
      #expect(try await office.waiting() == 0)
      _ = try await cast.journal(of: space)
    }
  }

  /// Nothing was sent for months: only what is true now goes out.
  @Test func whatPassedMeanwhileIsWithdrawn() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let view = try await office.openSpace()
      try await cast.installation.advance(to: view.space.timeline.archivesAt)
      let report = try await office.sender.deliverDue()
      #expect(office.transport.accepted.last?.subject == "Ohjaustilasi on arkistoitu" && report.sent == 1)
      #expect(report.withdrawn == 3)
      #expect(try await cast.journal(of: view.space.id).count { $0 == "noticeWithdrawn" } == 3)
    }
  }

  /// A counsellor who no longer sees a space is told nothing about it.
  @Test func aDismissedCounsellorIsNotTold() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      try await cast.giveCounsellorAddress()
      let space = try await office.openSpace().space.id
      try await cast.advanceToWarning(of: space)
      _ = try await cast.store.dismiss("olli", from: cast.organisation.id, by: cast.admin)
      #expect(try await office.deliver().map(\.address) == ["asiakas0@example.fi"])
    }
  }
}
