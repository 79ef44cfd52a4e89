public import Lifecycle

/// A user organisation (käyttäjäorganisaatio). Public facts only.
public struct Organisation: Sendable {
  public let id: ID<Organisation>
  public let name: String
  /// Not an identifier: two organisations may have the same.
  public let businessID: String?
  public let language: Language
  /// The controller (rekisterinpitäjä) of the organisation's spaces.
  public let controllerName: String
  public let controllerContact: String?
  /// The address of the privacy notice this service keeps the promises of.
  public let privacyNotice: String?
  /// The one issuer whose tokens can be the organisation's staff.
  public let staffIssuer: String
  public let createdAt: Instant
}
