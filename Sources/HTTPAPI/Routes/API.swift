public import Guidance
import HTTPTypes
import Logging
import Postgres

/// Every route of the service: parse, one use case, respond.
///
/// The server, the executable's `routes` command and the tests read the same list. What somebody may do is decided by
/// the use case, never here.
public struct API: Sendable {
  let store: GuidanceStore
  let configuration: Configuration
  let outages: @Sendable () -> [IssuerOutage]
  let development: DevelopmentDoor?
  let openAPI: String
  let viewer: ContractViewer?

  /// Longest body of most endpoints, in bytes.
  static let bodyLimit = 64 * 1024

  /// All endpoints of an installation.
  ///
  /// - Parameters:
  ///   - outages: the issuers that are away at the moment.
  ///   - development: with `serve --dev` only: without it the development routes do not exist.
  ///   - openAPI: the text of openapi.yaml, as it is served.
  ///   - viewer: what shows it as a page; without it the page is a link.
  public static func endpoints(
    store: GuidanceStore, configuration: Configuration, outages: @escaping @Sendable () -> [IssuerOutage] = { [] },
    development: DevelopmentDoor? = nil, openAPI: String, viewer: ContractViewer? = nil
  ) -> [Endpoint] {
    let api = API(
      store: store, configuration: configuration, outages: outages, development: development, openAPI: openAPI,
      viewer: viewer)
    return api.meEndpoints + api.organisationEndpoints + api.staffEndpoints + api.accessReviewEndpoints
      + api.spaceEndpoints
      + api.lifecycleEndpoints + api.participantEndpoints + api.messageEndpoints + api.fileEndpoints
      + api.uploadEndpoints + api.quarantineEndpoints
      + api.archiveEndpoints + api.eventEndpoints + api.feedbackEndpoints + api.journalEndpoints
      + api.dataProtectionEndpoints + api.erasureEndpoints + api.policyEndpoints + api.operationEndpoints
      + api.noticeEndpoints + api.publishedEndpoints + api.contractEndpoints + api.serviceEndpoints
      + (development.map(api.developmentEndpoints) ?? [])
  }

  /// Declares an endpoint whose storage errors become problems where the client can do something about them.
  ///
  /// Others go on as they are: the responder logs them in full and answers 500 without internals. Only GETs have query
  /// parameters, and read their own; all other methods refuse any.
  func route(
    _ method: HTTPRequest.Method, _ path: String, _ operation: String, access: Endpoint.Access = .token,
    body: Int = 0, cost: RequestCost = .ordinary, _ handler: @escaping Endpoint.Handler
  ) -> Endpoint {
    Endpoint(method, path, operation, access: access, bodyLimit: body, cost: cost) { request, context in
      do {
        if method != .get { _ = try QueryParameters(request) }
        return try await handler(request, context)
      } catch let error as PostgresError {
        guard let problem = Problem(error) else { throw error }
        context.logger.log(level: error.logLevel, "The database did not answer", metadata: ["error": "\(error)"])
        throw problem
      }
    }
  }
}
