public import Guidance
import HTTPTypes
import Lifecycle

extension Refusal: ProblemConvertible {
  /// The refusal as clients see it; the types are part of the contract (openapi.yaml lists them).
  public func problem() -> Problem {
    switch self {
    case .notFound: .notFound
    case .forbidden(let prohibition): prohibition.problem
    case .wrongState(let state, let allowedFrom, let since): .wrongState(state, allowedFrom, since)
    case .restricted:
      Problem(
        "restricted", .conflict, "Space is restricted",
        detail: "Processing is restricted (GDPR article 18): customers read and download, nothing else happens.")
    case .invalid(let field, let rule): .invalid(field, rule)
    case .preconditionFailed:
      Problem(
        "precondition-failed", .preconditionFailed, "Changed since it was read",
        detail: "If-Match names a version that is no longer current. Read the space again.")
    case .idempotencyMismatch:
      Problem(
        "idempotency-mismatch", .unprocessableContent, "Idempotency key used before",
        detail: "This Idempotency-Key came with another body within the last 24 hours.")
    case .idempotencyInProgress:
      Problem(
        "idempotency-in-progress", .conflict, "Request in progress",
        detail: "A request with this Idempotency-Key is being carried out."
      ).with(.retryAfter, "1")
    case .tooLarge(let limit): .bodyTooLarge(limit: limit)
    case .spaceFull(let content, let used, let limit): .spaceFull(content, used, limit)
    case .cutOff: .bodyCutOff
    case .digestMismatch(let field): .digestMismatch(field)
    case .uploadLocked(let wait):
      Problem(
        "upload-locked", .init(code: 423, reasonPhrase: "Locked"), "Upload in use",
        detail: "Another request is adding to this upload."
      ).with(.retryAfter, String(min(max(1, wait.components.seconds + 1), 60)))
    case .uploadOffset(let offset):
      Problem(
        "upload-offset", .conflict, "Another offset", detail: "The upload stands at \(offset) bytes: go on from there."
      ).with("offset", .int(offset)).with(.uploadOffset, String(offset))
    case .tooManyUploads(let limit): .tooManyUploads(limit)
    case .invitationRefused: .invitationRefused
    case .holdBeyondCap(let latest):
      Problem(
        "hold-beyond-cap", .unprocessableContent, "Hold too long",
        detail: "The policy caps holds of this reason: \(latest) is the last day it may have."
      ).with("field", .string("/until")).with("latestUntil", .string(latest.description))
    case .holdStands(let reason, let until):
      Problem(
        "hold-stands", .conflict, "A hold stands",
        detail: "A hold keeps the content through \(until): nothing shorter is placed, and nothing is erased."
      ).with("reason", .string(reason)).with("until", .string(until.description))
    case .holdEnded(let status):
      Problem(
        "hold-ended", .conflict, "Too late for this hold",
        detail: "The hold is \(status.rawValue), and this is not possible any more."
      ).with("hold", .string(status.rawValue))
    case .archiveChanged:
      Problem(
        "archive-changed", .gone, "The archive has changed",
        detail: "The space is not as it was when this link was made. What was begun can't be finished: make a new link."
      )
    case .tooManyLinks(let limit):
      Problem(
        "too-many-links", .conflict, "Too many links",
        detail: "You have \(limit) links to this archive, as many as may be. Revoke one, or wait until one expires."
      ).with("limit", .int(limit))
    case .colleagueUnavailable:
      Problem(
        "colleague-unavailable", .conflict, "Colleague not available",
        detail: "They are no counsellor any more, or without a confidentiality commitment that stands.")
    case .lastOne(let rule): Problem("last-one", .conflict, "Somebody has to stay", detail: rule.asSentence)
    }
  }
}

extension Prohibition {
  fileprivate var problem: Problem {
    Problem("forbidden", .forbidden, "Not allowed", detail: explanation).with("reason", .string(rawValue))
  }

  private var explanation: String {
    switch self {
    case .role: "Your role here does not include this, in any state."
    case .commitmentMissing: "Your organisation has no confidentiality commitment of yours on record."
    case .commitmentExpired: "Your confidentiality commitment is over."
    case .assurance: "Your authentication is not one that counts: its time is in the future, or it is too weak."
    case .secondPerson: "A hold is approved by another person than the one who proposed it."
    case .operatorOnly: "Only an operator of the service may do this."
    case .policy: "The policy of the space's register does not have this shown."
    }
  }
}

extension Problem {
  /// tus has a status of its own for its own field.
  fileprivate static func digestMismatch(_ field: String) -> Problem {
    let problem =
      field == HTTPField.Name.uploadChecksum.rawName
      ? Problem("checksum-mismatch", .init(code: 460, reasonPhrase: "Checksum Mismatch"), "Checksum does not match")
      : Problem("digest-mismatch", .unprocessableContent, "Digest does not match")
    var told = problem.with("field", .string(field))
    told.detail = "The bytes that came are not those that \(field) speaks of; none of them count."
    return told
  }

  /// 413 and not 507. RFC 9110 §15.5.14 has it for a request whose content is larger than the server is willing to
  /// process, and the rest of a space's room is what it is willing to; 507 (RFC 4918 §11.5) says that the server can't
  /// store it, and for now: that is what a full disk is here. A 5xx counts as the service's failure, and tus clients send
  /// such requests again.
  fileprivate static func spaceFull(_ content: SpaceContent, _ used: Int, _ limit: Int) -> Problem {
    Problem(
      "space-full", .contentTooLarge, "Space full",
      detail: "A space holds at most \(limit) \(content.rawValue), and this one has \(used) of them."
    ).with("content", .string(content.rawValue)).with("used", .int(used)).with("limit", .int(limit))
  }

  fileprivate static func tooManyUploads(_ limit: Int) -> Problem {
    var problem = Problem.tooManyRequests(retryAfterSeconds: 60)
    problem.detail = "At most \(limit) uploads may be under way at a time; finish or end one first."
    return problem.with("limit", .int(limit))
  }

  fileprivate static func wrongState(_ state: State, _ allowedFrom: [State], _ since: Instant?) -> Problem {
    let names = allowedFrom.map(\.rawValue)
    let problem = Problem(
      "wrong-state", .conflict, "Wrong state",
      detail: "The space is \(state.rawValue); this is possible while it is \(names.joined(separator: " or ")).")
    let told = problem.with("state", .string(state.rawValue)).with("allowedFrom", .strings(names))
    guard let since, since.isFinite else { return told }
    return told.with("since", .instant(since.microseconds))
  }

  /// A use case names members by JSON pointer, everything else by its own name.
  fileprivate static func invalid(_ field: String, _ rule: String) -> Problem {
    let rule = "\(field) \(rule)".asSentence
    if field.isEmpty || field.hasPrefix("/") { return InvalidMember(field, rule).problem() }
    if let header = HTTPField.Name(field), header.rawName.first?.isUppercase == true {
      return .invalidHeader(header, rule)
    }
    return .invalidParameter(field, rule)
  }

  /// 422 and not 403: a code is a value that can't be taken. It is the same answer for a space that does not exist,
  /// so that codes and identifiers can't be probed.
  fileprivate static let invitationRefused = Problem(
    "invitation-refused", .unprocessableContent, "Invitation not accepted",
    detail: "The code does not open this space: it is wrong, used, withdrawn or expired."
  ).with("field", .string("/invitation"))
}

extension String {
  /// With a capital at the beginning and a full stop at the end.
  fileprivate var asSentence: String {
    let capital = prefix(1).uppercased() + dropFirst()
    return capital.hasSuffix(".") ? capital : capital + "."
  }
}
