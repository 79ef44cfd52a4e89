/// Why a typed text is no invitation code; safe to tell, because it says nothing about which codes exist.
public enum InvitationCodeError: Error, Sendable, Hashable {
  /// A character that no code has.
  case unexpectedCharacter
  /// Too few or too many characters.
  case wrongLength
  /// The check characters don't fit: a character is wrong or two are swapped.
  case mistyped
}
