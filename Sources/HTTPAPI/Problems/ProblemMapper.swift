import HTTPTypes
import Hummingbird
import NIOCore

/// Turns whatever was thrown into a problem.
enum ProblemMapper {
  /// The problem for an error, and whether nobody foresaw the error: then it has to be logged in full.
  static func problem(for error: any Error) -> (problem: Problem, unforeseen: Bool) {
    switch error {
    case let error as any ProblemConvertible: (error.problem(), false)
    case let error as HTTPError: (problem(for: error), false)
    case is NIOTooManyBytesError: (Problem("body-too-large", .contentTooLarge, "Body too large"), false)
    // Only a bounded shutdown cancels requests whose client still listens.
    case is CancellationError: (.unavailable("The service is shutting down."), false)
    default: (.internalError, true)
    }
  }

  /// Errors that Hummingbird itself throws have a status and at most a sentence.
  private static func problem(for error: HTTPError) -> Problem {
    let title = error.status.reasonPhrase.isEmpty ? "Error" : error.status.reasonPhrase
    let slug = title.lowercased().replacing(" ", with: "-")
    return Problem(slug, error.status, title, detail: error.body, headers: error.headers)
  }
}
