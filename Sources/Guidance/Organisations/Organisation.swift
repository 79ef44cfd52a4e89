public import Lifecycle

/// A user organisation (käyttäjäorganisaatio). Public facts only.
public struct Organisation: Sendable {
  /// What it is addressed by.
  public let id: ID<Organisation>
  /// What people call it.
  public let name: String
  /// Not an identifier: two organisations may have the same.
  public let businessID: String?
  /// Of its spaces, unless they say otherwise.
  public let language: Language
  /// The controller (rekisterinpitäjä) of the organisation's spaces.
  public let controllerName: String
  /// How to reach the controller.
  public let controllerContact: String?
  /// The address of the privacy notice this service keeps the promises of.
  public let privacyNotice: String?
  /// The one issuer whose tokens can be the organisation's staff.
  public let staffIssuer: String
  /// When the operator created it.
  public let createdAt: Instant
}
