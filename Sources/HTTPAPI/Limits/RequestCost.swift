import Guidance

/// What kind of work an endpoint makes: each kind has a limit of its own, besides that of all requests.
public enum RequestCost: String, Sendable, CaseIterable {
  /// Probes: never limited, for who asks whether the service lives must be told.
  case probe
  /// One use case of bounded cost.
  case ordinary
  /// A body that is sealed and stored.
  case upload
  /// Makes a right that outlives the request: a download link.
  case link
  /// Looks through everything an organisation has about a person.
  case search
  /// Looks at, or moves, every space of a register.
  case policy
}

extension RateLimits {
  /// What a kind of work has beyond the limit of all requests; nil for none.
  func perCaller(_ cost: RequestCost) -> Int? {
    switch cost {
    case .probe, .ordinary: nil
    case .upload: uploads
    case .link: links
    case .search: searches
    case .policy: policies
    }
  }
}
