import HTTPTypes

/// All endpoints of a service, looked up by path and method.
///
/// Matching is exact: no case folding, no empty segments, no trailing slash. A literal segment wins over a parameter.
public struct EndpointTable: Sendable {
  /// The endpoints in the order given.
  public let endpoints: [Endpoint]
  private let root: EndpointNode

  /// What a path and method lead to.
  enum Match {
    case found(Endpoint, captures: [Substring])
    /// The path exists for other methods.
    case otherMethods([HTTPRequest.Method])
    case unknown

    var isProbe: Bool {
      if case .found(let endpoint, _) = self { endpoint.cost == .probe } else { false }
    }
  }

  /// Builds the table. Two endpoints with the same method and path are a mistake in the program.
  public init(_ endpoints: [Endpoint]) {
    self.endpoints = endpoints
    var root = EndpointNode()
    for endpoint in endpoints {
      let segments = endpoint.path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
      root.insert(endpoint, at: segments[...])
    }
    self.root = root
  }

  /// Method and path template of every endpoint, for the comparison with openapi.yaml. HEAD is not listed where it
  /// only mirrors GET.
  public var routes: [(method: String, path: String)] {
    endpoints.map { ($0.method.rawValue, $0.path) }
  }

  /// What a path can be asked with; empty for one that leads nowhere.
  func methods(at path: Substring) -> [HTTPRequest.Method] {
    switch match(.trace, path: path) {
    case .otherMethods(let methods): methods
    case .found, .unknown: []
    }
  }

  func match(_ method: HTTPRequest.Method, path: Substring) -> Match {
    // By bytes, which is what a path is made of: letter by letter takes five times as long.
    guard path.utf8.first == UInt8(ascii: "/") else { return .unknown }
    let segments = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { Substring($0) }
    var captures: [Substring] = []
    guard let methods = root.find(segments[...], &captures), !methods.isEmpty else { return .unknown }
    if let endpoint = methods[method] ?? (method == .head ? methods[.get] : nil) {
      return .found(endpoint, captures: captures)
    }
    return .otherMethods(methods[.get] == nil ? Array(methods.keys) : Array(Set(methods.keys).union([.head])))
  }
}
