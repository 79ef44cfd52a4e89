import Guidance
import Lifecycle
import NIOCore

extension API {
  /// Who asks, as the database knows them. For endpoints that nobody has to be a customer for.
  func anyone(_ context: APIRequestContext) async throws -> Caller {
    try await store.caller(
      identity(of: try context.requireIdentity()),
      from: origin(context))
  }

  /// Where the request came from.
  func origin(_ context: APIRequestContext) -> RequestOrigin {
    RequestOrigin(address: address(context), requestID: context.requestID)
  }

  /// Who asks about spaces.
  ///
  /// Who is nobody here could be a customer with a better token, and is told so (RFC 9470). Who holds the token of an
  /// issuer that vouches for no customers can't be helped and learns nothing: for them no space exists.
  func participant(_ context: APIRequestContext) async throws -> Caller {
    let caller = try await anyone(context)
    guard case .stranger = caller.principal, let token = context.identity else { return caller }
    switch token.customerStanding {
    case .accepted, .issuerNotForCustomers: return caller
    case .assuranceTooLow, .authenticationTimeMissing:
      if let problem = token.customerStanding.problem() { throw problem }
      return caller
    }
  }

  /// Who asks as a customer and nothing else.
  func customer(_ context: APIRequestContext) async throws -> Caller {
    let caller = try await anyone(context)
    if case .staff = caller.principal { return caller }
    if let problem = context.identity?.customerStanding.problem() { throw problem }
    return caller
  }

  /// Who runs the service.
  func `operator`(_ context: APIRequestContext) async throws -> Caller {
    let caller = try await anyone(context)
    guard caller.identity.isOperator else { throw Refusal.forbidden(.operatorOnly) }
    return caller
  }

  /// The address it came from, as far as that can be believed.
  private func address(_ context: APIRequestContext) -> NetworkAddress? {
    let peer = context.channel.remoteAddress.flatMap { NetworkAddress($0) }
    return configuration.trustedProxies.origin(of: peer, forwarded: context.forwardedFor)
  }

  /// Whether a personal identity code may be somebody's here.
  func isAccepted(_ code: PersonalIdentityCode) -> Bool { configuration.temporaryIdentityCodes || !code.isTemporary }

  /// What a token says, in the domain's types. An e-mail address or personal identity code that is none counts as
  /// missing: the issuer's mistake must not lock its customers out.
  private func identity(of token: VerifiedToken) -> Identity {
    Identity(
      issuer: token.issuer, subject: token.subject, name: token.name, email: token.email.flatMap(EmailAddress.init),
      personalIdentityCode: token.hetu.flatMap { try? PersonalIdentityCode($0) }.flatMap { isAccepted($0) ? $0 : nil },
      nonDisclosure: token.nonDisclosure, authenticatedAt: token.authTime.map(Instant.init(microseconds:)),
      vouchesForStaff: token.vouchesForStaff, vouchesForCustomers: token.vouchesForCustomer,
      isOperator: configuration.operators.contains(.init(issuer: token.issuer, subject: token.subject)))
  }
}

extension APIRequestContext {
  /// An identifier from the path. What is none names nothing: 404.
  func id<Subject>(_ name: String, _: Subject.Type = Subject.self) throws -> ID<Subject> {
    guard let id = ID<Subject>(try parameter(name)) else { throw Problem.notFound }
    return id
  }
}
