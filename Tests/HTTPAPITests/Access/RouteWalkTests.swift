import Guidance
import HTTPTypes
import Lifecycle
import TestSupport
import Testing

@testable import HTTPAPI

/// Every operation of openapi.yaml × everybody × every state, against what `x-access` and the permission table say.
@Suite(.timeLimit(.minutes(10))) struct RouteWalkTests {
  /// A new route without a rule, a rule that no table knows, or a route nobody can try: each fails here.
  @Test func everyOperationHasARule() throws {
    let contract = try Contract()
    for (_, _, operation) in contract.operations {
      let parts = (contract.access[operation] ?? "").split(separator: "/").map(String.init)
      let isKnown =
        switch parts.first {
        case "space": parts.count == 2 && Action(rawValue: parts[1]) != nil
        case "organisation": parts.count == 2 && OrganisationAction(rawValue: parts[1]) != nil
        case "anyone", "signedIn", "customer", "operator": parts.count == 1
        default: false
        }
      #expect(isKnown, "\(operation): \(contract.access[operation] ?? "no x-access")")
    }
  }

  @Test(arguments: Standpoint.allCases) func everybodyGetsWhatTheTablesSay(_ standpoint: Standpoint) async throws {
    let contract = try Contract()
    // Whoever succeeds changes a space that nobody else tries anything on.
    let changes = contract.operations.filter {
      $0.method != "GET" && (contract.access[$0.operation] ?? "").hasPrefix("space/")
    }
    let successes = changes.reduce(0) { count, change in
      count
        + Persona.allCases.count {
          Self.spaceStatus($0, contract.access[change.operation] ?? "", standpoint, success: .ok) == .ok
        }
    }
    try await TestService.with { service in
      let world = try await AccessWorld(service, standpoint, spaces: 1 + successes)
      var fresh = world.spaces[...]
      var tried = 0
      for (method, path, operation) in contract.operations {
        for persona in Persona.allCases {
          let rule = contract.access[operation] ?? ""
          var space = world.spaces[0]
          if method != "GET", Self.spaceStatus(persona, rule, standpoint, success: .ok) == .ok {
            try #require(fresh.count > 1)
            space = fresh.removeLast()
          }
          let recipe = try #require(Recipe(operation, path: path, world, space), "no recipe for \(operation)")
          let verb = try #require(HTTPRequest.Method(method))
          let answer = try await service.send(
            verb, recipe.path, as: world.tokens[persona], recipe.body, headers: recipe.headers)
          let expected = Self.expected(persona, operation, rule, standpoint, recipe.success)
          #expect(
            answer.status == expected,
            "\(operation) as \(persona), \(standpoint): \(answer.status) \(answer.text.prefix(200))")
          if answer.status != expected, method != "GET", answer.status.kind == .successful { return }
          tried += 1
        }
      }
      #expect(tried == contract.operations.count * Persona.allCases.count)
      #expect(tried > 1000)
    }
  }

  private static func expected(
    _ persona: Persona, _ operation: String, _ rule: String, _ standpoint: Standpoint, _ success: HTTPResponse.Status
  ) -> HTTPResponse.Status {
    guard rule != "anyone" else { return success }
    guard persona != .nobody else { return .unauthorized }
    switch rule {
    case "signedIn": return success
    case "operator": return persona == .operator ? success : .forbidden
    case "customer":
      // Who is a person here, in a space or not; after the erasure of their last space nobody is.
      let isPerson: Bool =
        switch persona {
        case .otherCustomer: true
        case .customer, .formerCustomer: standpoint != .erased
        default: false
        }
      return isPerson ? success : .notFound
    case "organisation/openSpace": return opening(persona)
    case "organisation/readErasures": return certifying(persona, operation, standpoint, success)
    case "organisation/protectData": return protecting(persona, operation, success)
    case _ where rule.hasPrefix("organisation/"):
      let action = OrganisationAction(rawValue: String(rule.dropFirst("organisation/".count)))
      let may = action.map { Permissions.roles(for: $0) } ?? []
      if operation == "getStaffMember", persona == .colleague { return success }
      return (persona.staff ?? []).contains(where: may.contains) ? success : .notFound
    default: return spaceStatus(persona, rule, standpoint, success: success)
    }
  }

  private static func opening(_ persona: Persona) -> HTTPResponse.Status {
    guard let staff = persona.staff else { return persona.isStaff ? .unprocessableContent : .notFound }
    return staff.contains(.counsellor) && persona != .uncommitted && persona != .expired ? .created : .forbidden
  }

  /// Whose business it is not learns the role it takes: these speak of no one organisation or space.
  private static func protecting(
    _ persona: Persona, _ operation: String, _ success: HTTPResponse.Status
  ) -> HTTPResponse.Status {
    if operation.hasSuffix("Policy") { return success }
    return persona == .officer || persona == .otherOfficer ? success : .forbidden
  }

  /// A list speaks of no one organisation, a certificate of a space that is gone.
  private static func certifying(
    _ persona: Persona, _ operation: String, _ standpoint: Standpoint, _ success: HTTPResponse.Status
  ) -> HTTPResponse.Status {
    let may = Permissions.roles(for: .readErasures)
    let isElsewhere = persona == .otherAdmin || persona == .otherOfficer
    let isHere = (persona.staff ?? []).contains(where: may.contains)
    if operation == "listErasures" { return isHere || isElsewhere ? success : .forbidden }
    return isHere && standpoint == .erased ? success : .notFound
  }

  private static func spaceStatus(
    _ persona: Persona, _ rule: String, _ standpoint: Standpoint, success: HTTPResponse.Status
  ) -> HTTPResponse.Status {
    guard persona != .nobody else { return .unauthorized }
    guard let action = Action(rawValue: String(rule.dropFirst("space/".count))), let role = persona.role,
      Permissions.states(role, .read).contains(standpoint.state)
    else { return .notFound }
    let isRestricted = standpoint == .restricted
    if isRestricted, role == .counsellor || role == .admin { return .notFound }
    let states = Permissions.states(role, action)
    if states.isEmpty { return role == .dataProtectionOfficer ? .notFound : .forbidden }
    guard states.contains(standpoint.state) else { return .conflict }
    return Permissions.allowed(roles: [role], state: standpoint.state, restricted: isRestricted).contains(action)
      ? success : .conflict
  }
}
