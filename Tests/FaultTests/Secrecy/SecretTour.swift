import Foundation
import Postgres
import TestSupport
import Testing

/// A space's whole life among people whose identifiers are planted, and everything that can go wrong with them.
struct SecretTour {
  private let maija = Plant.subject.texts[0]
  private let ville = Plant.subject.texts[1]
  private var organisation = ""
  private var space = ""

  private func token(
    _ subject: String, hetu: Int? = nil, name: Int? = nil, email: Int? = nil, _ premises: inout Premises
  ) async throws -> String {
    var claims = ["subject": subject]
    claims["hetu"] = hetu.map { Plant.hetu.texts[$0].lowercased() }
    claims["name"] = name.map { Plant.name.texts[$0] }
    claims["email"] = email.map { Plant.email.texts[$0] }
    let body = String(decoding: try JSONEncoder().encode(claims), as: UTF8.self)
    let answer = try await premises.recorder.send("POST", "/dev/tokens", body, mayTell: Set(Plant.allCases))
    return try #require(answer.members.token)
  }

  private func maijas(_ premises: inout Premises) async throws -> String {
    try await token(maija, hetu: 0, name: 0, email: 0, &premises)
  }

  // MARK: - As it should be

  mutating func walk(_ premises: inout Premises) async throws {
    try await found(&premises)
    let counsellor = try await token("olli", &premises)
    let people: Set<Plant> = [.name, .email]
    let draft = """
      {"organisationId":"\(organisation)","title":"Opinnot","customers":[
        {"hetu":"\(Plant.hetu.texts[0])","email":"\(Plant.email.texts[0])","name":"\(Plant.name.texts[0])"},
        {"email":"\(Plant.email.texts[1])","name":"\(Plant.name.texts[1])"}]}
      """
    let opened = try await premises.recorder.send(
      "POST", "/v1/spaces", as: counsellor, draft, headers: ["Idempotency-Key": Plant.hetu.texts[0]], mayTell: people)
    space = try #require(opened.members.id)
    // At once: what has been sent is not there any more.
    let outbox = try await premises.recorder.send("GET", "/dev/outbox", mayTell: people)
    let code = try #require(String(decoding: outbox.bytes, as: UTF8.self).firstMatch(of: /"invitation":"([^"]+)"/))
    let customer = try await maijas(&premises)
    let path = "/v1/spaces/\(space)"
    for (method, place, body) in [
      ("POST", "/entry", "{}"), ("GET", "", nil), ("GET", "/participants", nil), ("GET", "/timeline", nil),
      ("POST", "/messages", #"{"text":"Hei"}"#), ("GET", "/messages", nil), ("GET", "/journal", nil),
      ("GET", "/access-log", nil), ("GET", "/archive", nil),
    ] as [(String, String, String?)] {
      let answer = try await premises.recorder.send(method, path + place, as: customer, body, mayTell: people)
      #expect(answer.status < 300, "\(method) \(place): \(String(decoding: answer.bytes.prefix(300), as: UTF8.self))")
    }
    try await premises.recorder.send(
      "PATCH", "/v1/me", as: customer, #"{"email":"\#(Plant.email.texts[0])"}"#, mayTell: [.name, .email, .subject])
    let guest = try await token(ville, name: 1, email: 1, &premises)
    let entered = try await premises.recorder.send(
      "POST", path + "/entry", as: guest, #"{"invitation":"\#(code.1)"}"#, mayTell: people)
    #expect(entered.status == 200)
    // Later the guest comes with a code as well.
    let coded = try await token(ville, hetu: 1, name: 1, email: 1, &premises)
    #expect(try await premises.recorder.send("GET", path, as: coded, mayTell: people).status == 200)
    try await signInElsewhere(&premises)
    try await search(&premises)
  }

  private mutating func found(_ premises: inout Premises) async throws {
    let made = try await premises.recorder.send(
      "POST", "/v1/organisations", as: token("operator", &premises),
      #"{"name":"TE-palvelut","admins":[{"subject":"aino","name":"Aino"}]}"#)
    organisation = try #require(made.members.id)
    let admin = try await token("aino", &premises)
    for (subject, role) in [("olli", "counsellor"), ("tiina", "dataProtectionOfficer")] {
      let appointed = try await premises.recorder.send(
        "PUT", "/v1/organisations/\(organisation)/staff/\(subject)", as: admin,
        #"{"name":"Olli Ohjaaja","roles":["\#(role)"],"commitmentSignedOn":"2026-01-02"}"#)
      #expect(appointed.status == 201)
    }
  }

  /// The same person by a real provider's token.
  private func signInElsewhere(_ premises: inout Premises) async throws {
    let token = try await premises.provider.signIn(
      maija, client: "ohjaustila",
      claims: ["urn:oid:1.2.246.21": Plant.hetu.texts[0], "name": Plant.name.texts[0], "acr": "loa2"])
    let seen = try await premises.recorder.send("GET", "/v1/spaces/\(space)", as: token, mayTell: [.name, .email])
    #expect(seen.status == 200)
    let other = try await premises.provider.signIn(maija, client: "another", claims: ["name": Plant.name.texts[0]])
    #expect(try await premises.recorder.send("GET", "/v1/me", as: other).status == 401)
    try await premises.provider.restart()
    try await premises.provider.behave(.garbage)
    let unknown = try await premises.provider.signIn(maija, client: "ohjaustila", claims: ["name": Plant.name.texts[0]])
    #expect(try await premises.recorder.send("GET", "/v1/me", as: unknown).status == 503)
    let ready = try await premises.recorder.send("GET", "/health/ready")
    #expect(ready.status == 200 && String(decoding: ready.bytes, as: UTF8.self).contains(premises.provider.issuer))
  }

  private func search(_ premises: inout Premises) async throws {
    let officer = try await token("tiina", &premises)
    for text in Plant.hetu.texts {
      try await premises.recorder.send("POST", "/v1/data-subject-searches", as: officer, #"{"hetu":"\#(text)"}"#)
    }
  }

  // MARK: - As it should not be

  /// Identifiers where none belongs: none comes back, and none is written down.
  mutating func goWrong(_ premises: inout Premises) async throws {
    let counsellor = try await token("olli", &premises)
    let customer = try await maijas(&premises)
    let (hetu, email) = (Plant.hetu.texts[0], Plant.email.texts[0])
    let name = Plant.name.texts[0].addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let path = "/v1/spaces/\(space)"
    for token in [nil, counsellor, customer] {
      for place in ["/\(hetu)", "/v1/\(hetu)", "/v1/spaces/\(hetu)", "\(path)/\(hetu)", "/v1/me/\(email)"] {
        try await premises.recorder.send("GET", place, as: token)
      }
      for query in [
        "?hetu=\(hetu)", "?\(hetu)", "?\(hetu)=1", "?\(email)=1", "?\(name)=1", "?limit=\(hetu)", "?cursor=\(hetu)",
        "?state=\(hetu)", "?%30=\(hetu)%",
      ] {
        try await premises.recorder.send("GET", "/v1/spaces\(query)", as: token)
      }
    }
    for body in bodies(hetu: hetu, email: email) {
      for place in ["/v1/spaces", "\(path)/participants", "\(path)/messages", "\(path)/close", "/v1/me"] {
        try await premises.recorder.send("POST", place, as: counsellor, body)
      }
    }
    try await headers(hetu, counsellor, &premises)
    try await tokens(hetu, &premises)
    for raw in [
      "GET /\(hetu) HTTP/9.9\r\n\r\n", "\(hetu)\r\n\r\n", "GET /v1/spaces HTTP/1.1\r\n\(hetu)\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: t\r\nX: \(String(repeating: hetu, count: 4000))\r\n\r\n",
      "GET /\(String(repeating: hetu, count: 1000)) HTTP/1.1\r\nHost: t\r\n\r\n",
      "POST /v1/spaces HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer \(counsellor)\r\nContent-Length: 99\r\n\r\n{\(hetu)",
    ] {
      try await premises.recorder.sendRaw(raw)
    }
    try await undeliverable(counsellor, &premises)
    try await withoutDatabase(counsellor, &premises)
  }

  private func bodies(hetu: String, email: String) -> [String] {
    let name = Plant.name.texts[0]
    return [
      #"{"customers":[{"hetu":"\#(hetu)""#, #"{"hetu":"\#(hetu)" "x"}"#, "\(hetu)", #""\#(hetu)""#, #"["\#(hetu)"]"#,
      #"{"\#(hetu)":1}"#, #"{"\#(email)":1}"#, #"{"\#(name)":1}"#, #"{"hetu":"\#(hetu)","hetu":"\#(hetu)"}"#,
      #"{"hetu":"\#(hetu)"}"#, #"{"hetu":"\#(hetu.lowercased())","name":"\#(name)"}"#,
      #"{"hetu":"\#(Plant.hetu.texts[3])"}"#, #"{"hetu":" \#(hetu)"}"#, #"{"email":"\#(email)\u0000"}"#,
      #"{"email":"\#(email)>"}"#, #"{"reason":"\#(hetu)"}"#, #"{"text":{"\#(hetu)":"\#(email)"}}"#,
      #"{"organisationId":"\#(hetu)","title":"x","customers":[]}"#,
      #"{"organisationId":"\#(organisation)","title":"x","language":"\#(hetu)","customers":[{"hetu":"\#(hetu)"}]}"#,
      #"""
      {"organisationId":"\#(organisation)","title":"x",
        "customers":[{"hetu":"\#(hetu)"},{"hetu":"\#(hetu.lowercased())","name":"\#(name)"}]}
      """#,
    ]
  }

  private func headers(_ hetu: String, _ counsellor: String, _ premises: inout Premises) async throws {
    let path = "/v1/spaces/\(space)"
    for (name, value) in [
      ("X-Request-Id", hetu), ("X-Request-Id", "a.\(hetu.lowercased())-1"), ("Idempotency-Key", hetu),
      ("Content-Type", "application/\(hetu)"), ("If-Match", #""\#(hetu)""#), ("Accept", hetu),
      ("X-Forwarded-For", hetu),
      ("Range", "bytes=\(hetu)"), (hetu, "1"), ("Content-Disposition", "attachment; filename=\"\(hetu)"),
      ("Last-Event-ID", hetu),
    ] {
      try await premises.recorder.send(
        "POST", "\(path)/close", as: counsellor, "{\"\(hetu)\":1}", headers: [name: value])
      try await premises.recorder.send("POST", "\(path)/files", as: counsellor, "", headers: [name: value])
      try await premises.recorder.send("GET", "\(path)/messages?x=1", as: counsellor, headers: [name: value])
    }
    try await premises.recorder.send("BREW", "/v1/spaces/\(hetu)", as: counsellor)
  }

  /// Tokens that are none, with identifiers in every part.
  private func tokens(_ hetu: String, _ premises: inout Premises) async throws {
    let claims = #"{"iss":"\#(hetu)","sub":"\#(hetu)","hetu":"\#(hetu)"}"#
    let parts = [#"{"alg":"ES256","kid":"\#(hetu)"}"#, claims, hetu].map {
      Data($0.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
    for token in [
      hetu, "\(hetu).\(hetu).\(hetu)", parts.joined(separator: "."), parts[0] + "." + hetu + "." + parts[2],
    ] {
      #expect(try await premises.recorder.send("GET", "/v1/me", as: token).status == 401)
    }
    try await premises.recorder.send("GET", "/v1/me", headers: ["Authorization": "Basic \(parts[2])"])
    try await premises.recorder.send("GET", "/v1/me?access_token=\(parts.joined(separator: "."))")
  }

  /// A mail that can't be delivered becomes a dead letter.
  private func undeliverable(_ counsellor: String, _ premises: inout Premises) async throws {
    for address in Plant.email.texts.suffix(2) {
      let invited = try await premises.recorder.send(
        "POST", "/v1/spaces/\(space)/participants", as: counsellor, #"{"email":"\#(address)"}"#, mayTell: [.email])
      #expect(invited.status == 201)
    }
    try await eventually("a mail") { try !premises.mail.mails().isEmpty }
    try await eventually("a dead letter") {
      try await premises.site.cluster.count("SELECT count(*) FROM ohjaustila.delivery WHERE is_dead") > 0
    }
    let dead = try await premises.recorder.send(
      "GET", "/v1/notices?state=dead", as: token("operator", &premises))
    #expect(dead.status == 200)
    premises.mail.stop()
  }

  /// Requests while PostgreSQL dies under them.
  private func withoutDatabase(_ counsellor: String, _ premises: inout Premises) async throws {
    try await premises.site.cluster.crash()
    for _ in 0..<3 {
      try await premises.recorder.send(
        "POST", "/v1/spaces/\(space)/participants", as: counsellor,
        #"{"hetu":"\#(Plant.hetu.texts[2])","email":"\#(Plant.email.texts[1])"}"#, mayTell: [.email])
      try await premises.recorder.send(
        "GET", "/v1/me", as: maijas(&premises), mayTell: [.name, .email, .subject])
    }
  }

  // MARK: - To the end

  /// The space closes, is archived and erased, its notices undeliverable.
  func end(_ premises: inout Premises) async throws {
    for period in ["PT2H", "P3M", "P3M", "P13M"] {
      let moved = try await premises.recorder.send("POST", "/dev/clock", #"{"advance":"\#(period)"}"#)
      #expect(moved.status == 200)
      try await premises.recorder.send(
        "GET", "/v1/spaces/\(space)", as: maijas(&premises), mayTell: [.name, .email])
    }
  }
}
