public import Lifecycle

/// Why the service does not do what it was asked. Each case becomes one problem document; nothing has been changed.
public enum Refusal: Error, Equatable, Sendable {
  /// There is no such thing, or the caller may not know that there is.
  case notFound
  /// The caller is known, sees the thing, and may not do this to it.
  case forbidden(Prohibition)
  /// The space's state does not allow it. `since` is the moment that decided, where one did.
  case wrongState(State, allowedFrom: [State], since: Instant?)
  /// The space is restricted (GDPR 18): customers read and download, nothing else happens.
  case restricted
  /// A member of the request has a value that can't be taken. `field` is a JSON pointer.
  case invalid(field: String, rule: String)
  /// What the request builds on has changed since it was read.
  case preconditionFailed
  /// The same key was used for another request before.
  case idempotencyMismatch
  /// A request with the same key is being carried out.
  case idempotencyInProgress
  /// A file is larger than the service takes, in bytes.
  case tooLarge(limit: Int)
  /// The space holds as much of something as it may, or would with what was sent.
  case spaceFull(SpaceContent, used: Int, limit: Int)
  /// The upload ended before what its header announced had arrived.
  case cutOff
  /// What came is not what a digest in the request says, by the header field that has it.
  case digestMismatch(field: String)
  /// Another request adds to the upload just now; how long it may, at most.
  case uploadLocked(retryAfter: Duration)
  /// The upload stands at another offset, in bytes.
  case uploadOffset(Int)
  /// The caller has so many uploads under way already.
  case tooManyUploads(limit: Int)
  /// An invitation's code is wrong, used, withdrawn or expired; which of these is not told.
  case invitationRefused
  /// A hold would reach beyond its cap; the last day it may have.
  case holdBeyondCap(latestUntil: CivilDate)
  /// A hold of this reason stands through this day: nothing shorter is placed, and nothing is erased.
  case holdStands(reason: String, until: CivilDate)
  /// What is asked of a hold is too late; what has become of it.
  case holdEnded(Hold.Status)
  /// The archive is another than the one that a link was made to.
  case archiveChanged
  /// The customer has as many links to the archive as may be at a time.
  case tooManyLinks(limit: Int)
  /// The colleague is no counsellor any more, or without a commitment that stands.
  case colleagueUnavailable
  /// The organisation would be left without an admin, or a space without a counsellor.
  case lastOne(String)
}

/// Why a caller may not do what others may.
public enum Prohibition: String, Equatable, Sendable {
  /// The role does not include it, in any state.
  case role
  /// The member of staff has signed no confidentiality commitment (seed 002 §10).
  case commitmentMissing
  /// The confidentiality commitment is over.
  case commitmentExpired
  /// The token does not reach the configured level of assurance, or has no `auth_time`.
  case assurance
  /// Whoever proposed it does not approve it.
  case secondPerson
  /// Only an operator may.
  case operatorOnly
  /// The policy of the space's register does not have it shown.
  case policy
}
