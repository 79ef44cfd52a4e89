import Guidance
import HTTPTypes
import Lifecycle
import Testing

@testable import HTTPAPI

/// How a space of the walk stands.
enum Standpoint: CaseIterable, Sendable {
  case active, reactivatable, archived, erased, restricted

  var state: State {
    switch self {
    case .active, .restricted: .active
    case .reactivatable: .reactivatable
    case .archived: .archived
    case .erased: .erased
    }
  }
}

/// One space with everybody in it, and what is in it.
struct AccessSpace: Sendable {
  let id: String
  let pending: String
  let file: String
  var hold = ""

  var path: String { "/v1/spaces/\(id)" }
}

/// An organisation with everybody there is, another one, and spaces that all stand alike.
struct AccessWorld: Sendable {
  let service: TestService
  let standpoint: Standpoint
  let organisation: String
  let otherOrganisation: String
  private(set) var spaces: [AccessSpace] = []
  private(set) var tokens: [Persona: String] = [:]

  init(_ service: TestService, _ standpoint: Standpoint, spaces count: Int) async throws {
    (self.service, self.standpoint) = (service, standpoint)
    organisation = try await Self.organisation(service, admin: .admin)
    otherOrganisation = try await Self.organisation(service, admin: .otherAdmin)
    try await hire()
    for number in 0..<count { spaces.append(try await open(everybody: number == 0)) }
    try await otherwise()
    try await bring()
    for persona in Persona.allCases where persona != .nobody { tokens[persona] = try await token(persona) }
    for index in spaces.indices { spaces[index].hold = try await propose(on: spaces[index]) }
  }

  func token(_ persona: Persona) async throws -> String {
    try await service.token(persona.rawValue, persona.hetu.map { #""hetu":"\#($0)""# } ?? "")
  }

  /// A request that has to succeed.
  @discardableResult
  func require(
    _ method: HTTPRequest.Method, _ path: String, as persona: Persona, _ body: String? = nil
  ) async throws -> Answer {
    let answer = try await service.send(method, path, as: token(persona), body)
    guard answer.status.kind == .successful else { throw Unexpected(answer) }
    return answer
  }

  private static func organisation(_ service: TestService, admin: Persona) async throws -> String {
    let made = try await service.send(
      .post, "/v1/organisations", as: service.token("operator"),
      #"{"name":"TE-palvelut","admins":[{"subject":"\#(admin.rawValue)"}]}"#)
    guard made.status == .created else { throw Unexpected(made) }
    return made.string("id")
  }

  private func put(_ persona: Persona, _ role: String, more: String = #","commitmentSignedOn":"2026-01-02""#)
    async throws
  {
    let isOther = [.second, .otherCounsellor, .otherOfficer].contains(persona)
    try await require(
      .put, "/v1/organisations/\(isOther ? otherOrganisation : organisation)/staff/\(persona.rawValue)",
      as: isOther ? .otherAdmin : .admin, #"{"name":"\#(persona.rawValue)","roles":["\#(role)"]\#(more)}"#)
  }

  private func hire() async throws {
    for persona in [
      Persona.counsellor, .pending, .former, .uncommitted, .expired, .ended, .dismissed, .colleague, .second,
      .otherCounsellor,
    ] { try await put(persona, "counsellor") }
    try await put(.adviser, "adviser")
    try await put(.supervisor, "supervisor")
    for persona in [Persona.officer, .otherOfficer] { try await put(persona, "dataProtectionOfficer") }
    try await require(
      .put, "/v1/organisations/\(organisation)/staff/proposer", as: .admin,
      #"{"name":"proposer","roles":["dataProtectionOfficer"]}"#)
  }

  /// Opened by the former counsellor and given to the present one; with professionals who will have lost their right.
  private func open(everybody: Bool) async throws -> AccessSpace {
    let opened = try await require(
      .post, "/v1/spaces", as: .former,
      #"{"organisationId":"\#(organisation)","title":"Opinnot","customers":[{"hetu":"010594Y9032","email":"m@example.fi"}]}"#
    )
    let path = "/v1/spaces/\(opened.string("id"))"
    if everybody {
      try await require(
        .post, path + "/participants", as: .former, #"{"hetu":"\#(Persona.formerCustomer.hetu ?? "")"}"#)
      let own = try await require(.post, path + "/entry", as: .formerCustomer).string("participantId")
      try await require(.delete, path + "/participants/\(own)", as: .formerCustomer)
    }
    try await require(.post, path + "/entry", as: .customer)
    try await require(.post, path + "/messages", as: .customer, #"{"text":"Hei"}"#)
    try await require(.post, path + "/transfer", as: .admin, #"{"to":"counsellor"}"#)
    let seconds: [Persona] = everybody ? [.second, .uncommitted, .expired, .ended, .dismissed] : [.second]
    for persona in seconds {
      try await require(
        .post, path + "/participants/\(try await place(persona, in: path))/acceptance", as: .customer)
    }
    let pending = try await place(.pending, in: path)
    let file = try await service.upload(
      [1, 2, 3], to: path, disposition: "attachment; filename*=UTF-8''a.bin", as: token(.customer))
    return AccessSpace(id: opened.string("id"), pending: pending, file: file.string("id"))
  }

  private func place(_ persona: Persona, in path: String) async throws -> String {
    let of = persona == .second ? #","organisationId":"\#(otherOrganisation)""# : ""
    return try await require(
      .post, path + "/participants", as: .counsellor, #"{"subject":"\#(persona.rawValue)"\#(of)}"#
    ).string("id")
  }

  /// Takes rights away, and gives the other customer a space elsewhere.
  private func otherwise() async throws {
    try await put(.uncommitted, "counsellor", more: "")
    try await put(
      .expired, "counsellor", more: #","commitmentSignedOn":"2025-01-02","commitmentValidUntil":"2025-12-31""#)
    try await require(.post, "/v1/organisations/\(organisation)/access-review", as: .admin, #"{"end":["ended"]}"#)
    try await require(.delete, "/v1/organisations/\(organisation)/staff/dismissed", as: .admin)
    let other = try await require(
      .post, "/v1/spaces", as: .colleague,
      #"{"organisationId":"\#(organisation)","title":"Muu","customers":[{"hetu":"\#(Persona.otherCustomer.hetu ?? "")"}]}"#
    )
    try await require(.post, "/v1/spaces/\(other.string("id"))/entry", as: .otherCustomer)
  }

  /// Brings every space to where it is to stand.
  private func bring() async throws {
    for space in spaces {
      switch standpoint {
      case .active: break
      case .restricted: try await require(.put, space.path + "/restriction", as: .officer)
      case .reactivatable, .archived, .erased:
        try await require(.post, space.path + "/close", as: .counsellor)
        try await require(.put, space.path + "/feedback", as: .customer, #"{"rating":5}"#)
        if standpoint == .archived { try await require(.post, space.path + "/archive", as: .admin) }
        if standpoint == .erased { try await require(.post, space.path + "/erasure", as: .officer, "{}") }
      }
    }
    if standpoint == .erased { _ = try await service.store.sweep() }
  }

  /// A hold that another officer proposes, for who approves or withdraws it.
  private func propose(on space: AccessSpace) async throws -> String {
    guard standpoint != .erased else { return space.pending }
    let last = service.store.clock.now + .seconds(700 * 86_400)
    let day = last.description.prefix(10)
    let answer = try await service.send(
      .post, space.path + "/holds", as: service.token("proposer"), #"{"reason":"legalClaim","until":"\#(day)"}"#)
    guard answer.status == .created else { throw Unexpected(answer) }
    return answer.string("id")
  }
}
