import HTTPTypes

/// Which names the service answers under.
///
/// A page whose name an attacker lets point here (DNS rebinding) is of the same origin as the service for the browser
/// that shows it; but the request then bears that page's name.
public enum HostPolicy: Sendable, Equatable {
  /// Behind a proxy that knows the names.
  case any
  /// Addresses and names without a dot, which nobody outside can let point anywhere: for development.
  case local
  /// These, in lower case and without ports.
  case only(Set<String>)

  /// Lets a request in by the host it names. An empty one is no name; none at all is HTTP/1.0, which no browser speaks.
  func admit(_ authority: String?) throws(Problem) {
    let host = authority.flatMap { RequestHost($0) }.flatMap { $0.name.isEmpty ? nil : $0 }
    let isKnown =
      switch self {
      case .any: true
      case .local: authority == nil || host?.isLocal == true
      case .only(let names): host.map { names.contains($0.name) } == true
      }
    guard isKnown else {
      throw Problem(
        "misdirected-request", .misdirectedRequest, "Misdirected request",
        detail: "The service does not answer under this name.")
    }
  }
}
