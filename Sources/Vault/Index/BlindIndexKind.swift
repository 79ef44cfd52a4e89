/// What a digest is of; equal values of two kinds have unrelated digests. Raw values go into the HMAC: never change one.
public enum BlindIndexKind: String, Sendable, Hashable, CaseIterable {
  /// A personal identity code, with its separator.
  case hetu
  /// An e-mail address.
  case email
  /// An issuer's subject.
  case subject
  /// An invitation code (see ``InvitationCode/canonical``).
  case invitation
  /// What a repeatable request is recognised by.
  case request
  /// The preview of a change of policy.
  case policyPreview
  /// The token of a link to an archive.
  case archiveLink
  /// What a mail is recognised by (its Message-ID).
  case messageID
}
