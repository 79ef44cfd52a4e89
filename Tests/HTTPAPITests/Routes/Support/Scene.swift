import HTTPTypes

@testable import HTTPAPI

/// An organisation with a counsellor, and a space with one customer: where most tests begin.
struct Scene {
  let service: TestService
  let organisation: String
  let space: String

  /// A fictitious test person (domain.md).
  static let hetu = "010594Y9032"

  var path: String { "/v1/spaces/\(space)" }

  /// The same scene on another copy of the service.
  init(service: TestService, organisation: String, space: String) {
    self.service = service
    self.organisation = organisation
    self.space = space
  }

  /// Organisation, admin, counsellor with commitment, space for a customer by personal identity code.
  init(_ service: TestService) async throws {
    self.service = service
    organisation = try await Self.organisation(service, admin: "admin", counsellor: "counsellor")
    let opened = try await service.send(
      .post, "/v1/spaces", as: service.token("counsellor"),
      #"{"organisationId":"\#(organisation)","title":"Opinnot","topics":["opiskelu"],"#
        + #""customers":[{"hetu":"\#(Self.hetu)","email":"maija@example.fi"}]}"#)
    guard opened.status == .created else { throw Unexpected(opened) }
    space = opened.string("id")
  }

  /// Makes an organisation with an admin and a counsellor who signed the commitment.
  static func organisation(_ service: TestService, admin: String, counsellor: String) async throws -> String {
    let made = try await service.send(
      .post, "/v1/organisations", as: service.token("operator"),
      #"{"name":"TE-palvelut","admins":[{"subject":"\#(admin)"}]}"#)
    guard made.status == .created else { throw Unexpected(made) }
    let member = try await service.send(
      .put, "/v1/organisations/\(made.string("id"))/staff/\(counsellor)", as: service.token(admin),
      #"{"name":"Olli Ohjaaja","roles":["counsellor"],"commitmentSignedOn":"2026-01-02"}"#)
    guard member.status == .created else { throw Unexpected(member) }
    return made.string("id")
  }

  func counsellor() async throws -> String { try await service.token("counsellor") }
  func admin() async throws -> String { try await service.token("admin") }
  func `operator`() async throws -> String { try await service.token("operator") }
  func customer() async throws -> String {
    try await service.token("maija", #""name":"Maija Meikäläinen","hetu":"\#(Self.hetu)""#)
  }

  /// An instant of the space's timeline.
  func instant(_ name: String, as token: String) async throws -> String {
    try await service.send(.get, path, as: token).string("timeline", name)
  }

  /// Moves the clock to a boundary of the space.
  func advance(to boundary: String, as token: String) async throws {
    try await service.advance(to: instant(boundary, as: token))
  }

  /// Uploads bytes.
  func upload(_ bytes: [UInt8], name: String, type: String?, as token: String) async throws -> Answer {
    try await service.upload(
      bytes, to: path, disposition: "attachment; filename*=UTF-8''\(name)", type: type, as: token)
  }
}
