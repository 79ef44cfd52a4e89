import ArgumentParser
import Guidance
import HTTPAPI
import Lifecycle
import Logging
import Postgres
import Vault

/// Prints the service's routes, for the check against openapi.yaml.
struct Routes: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print the service's routes, one a line.")

  @Flag(help: "Also the routes that serve --dev adds.")
  var dev = false

  func run() throws {
    // The routes are those of a real installation, that connects to nothing because nobody calls it.
    let nowhere = Database(Database.Configuration(url: "", connections: 1))
    let noKey = String(repeating: "A", count: 43) + "="
    let store = GuidanceStore(
      service: nowhere, scheduler: nowhere, dpo: nowhere,
      keys: try KeyRing.parse(masters: "none:\(noKey)", index: "1:\(noKey)"), policies: Policies([]), zone: .utc,
      ledger: nil, clock: GuidanceClock(isMovable: dev), logger: Logger(label: "routes"))
    let endpoints = API.endpoints(
      store: store, configuration: API.Configuration(operators: [], staffIssuers: []),
      development: dev ? DevelopmentDoor(issuer: .ephemeral()) : nil, openAPI: "")
    for (method, path) in EndpointTable(endpoints).routes { print(method, path) }
  }
}
