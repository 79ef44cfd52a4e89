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

  /// Lets a request in by the host it names, or by naming none.
  func admit(_ authority: String?) throws(Problem) {
    guard let host = RequestHost(authority ?? ""), !host.name.isEmpty || authority == nil else { return }
    let isKnown =
      switch self {
      case .any: true
      case .local: host.isLocal
      case .only(let names): names.contains(host.name)
      }
    guard isKnown else {
      throw Problem(
        "misdirected-request", .misdirectedRequest, "Misdirected request",
        detail: "The service does not answer under this name.")
    }
  }
}
