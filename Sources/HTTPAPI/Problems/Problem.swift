public import HTTPTypes

/// An error as a client sees it (RFC 9457). It is an error itself, so handlers may throw one.
public struct Problem: Error, Sendable, Equatable {
  /// Stable name of the kind of problem; `type` is `/problems/<slug>`.
  public var slug: String
  /// The answer's status.
  public var status: HTTPResponse.Status
  /// What the kind of problem is called; the same for every occurrence.
  public var title: String
  /// What went wrong this time, without personal data or internals.
  public var detail: String?
  /// Members that help a program to go on: `state`, `allowedFrom`, `field`, `latestUntil`, …
  public var members: [Member]
  /// Header fields that belong to the answer: `Allow`, `Retry-After`, `WWW-Authenticate`.
  public var headers: HTTPFields

  /// An extension member.
  public struct Member: Sendable, Equatable {
    /// The member's name.
    public let name: String
    /// The member's value.
    public let value: ProblemValue
  }

  /// A problem without extension members; `with` adds them.
  public init(
    _ slug: String, _ status: HTTPResponse.Status, _ title: String, detail: String? = nil, headers: HTTPFields = [:]
  ) {
    self.slug = slug
    self.status = status
    self.title = title
    self.detail = detail
    self.members = []
    self.headers = headers
  }

  /// The same problem with one more member.
  public func with(_ name: String, _ value: ProblemValue) -> Problem {
    var copy = self
    copy.members.append(Member(name: name, value: value))
    return copy
  }

  /// The same problem with one more header field.
  public func with(_ name: HTTPField.Name, _ value: String) -> Problem {
    var copy = self
    copy.headers[name] = value
    return copy
  }
}

extension Problem: ProblemConvertible {
  /// Itself.
  public func problem() -> Problem { self }
}
