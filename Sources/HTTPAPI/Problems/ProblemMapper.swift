import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Vault

/// Turns whatever was thrown into a problem.
enum ProblemMapper {
  /// The problem for an error, and whether nobody foresaw the error: then it has to be logged in full.
  static func problem(for error: any Error) -> (problem: Problem, unforeseen: Bool) {
    switch error {
    case let error as any ProblemConvertible: (error.problem(), false)
    case let error as HTTPError: (problem(for: error), false)
    case is NIOTooManyBytesError: (Problem("body-too-large", .contentTooLarge, "Body too large"), false)
    // A rotation that this copy has not followed: another copy can answer, or this one in some seconds. Told in full.
    case UnwrapError.unknownMaster: (.unavailable("A key is not at hand here yet; nothing has been changed."), true)
    case UnwrapError.lostMaster: (.contentLost, false)
    case let error as PostgresError where error.constraint?.hasSuffix("_master_id_fkey") == true:
      (.unavailable("A key is being changed; nothing has been changed.", retryAfterSeconds: 2), true)
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
