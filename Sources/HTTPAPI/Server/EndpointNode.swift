import HTTPTypes

/// A position in the tree of path segments.
struct EndpointNode: Sendable {
  private var literals: [Substring: EndpointNode] = [:]
  /// At most one; an array only because a struct cannot contain itself.
  private var parameter: [EndpointNode] = []
  private var methods: [HTTPRequest.Method: Endpoint] = [:]

  mutating func insert(_ endpoint: Endpoint, at segments: ArraySlice<Substring>) {
    guard let segment = segments.first else {
      precondition(methods[endpoint.method] == nil, "\(endpoint.method) \(endpoint.path) is declared twice.")
      methods[endpoint.method] = endpoint
      return
    }
    if Endpoint.parameterName(segment) != nil {
      if parameter.isEmpty { parameter.append(EndpointNode()) }
      parameter[0].insert(endpoint, at: segments.dropFirst())
    } else {
      literals[segment, default: EndpointNode()].insert(endpoint, at: segments.dropFirst())
    }
  }

  /// The endpoints at a path, by method. Where a literal leads nowhere, the parameter beside it is tried.
  func find(_ segments: ArraySlice<Substring>, _ captures: inout [Substring]) -> [HTTPRequest.Method: Endpoint]? {
    guard let segment = segments.first else { return methods.isEmpty ? nil : methods }
    if let found = literals[segment]?.find(segments.dropFirst(), &captures) { return found }
    guard let next = parameter.first, !segment.isEmpty else { return nil }
    captures.append(segment)
    if let found = next.find(segments.dropFirst(), &captures) { return found }
    captures.removeLast()
    return nil
  }
}
