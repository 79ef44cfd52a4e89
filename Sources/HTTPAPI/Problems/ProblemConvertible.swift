/// An error that knows how it looks to a client.
///
/// Domain refusals and storage errors conform, and then need no handling in routes.
public protocol ProblemConvertible: Error {
  /// The answer this error becomes.
  func problem() -> Problem
}
