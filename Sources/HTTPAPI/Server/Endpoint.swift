public import HTTPTypes
public import Hummingbird

/// One operation of the API, declared once: the routes, the contract check, the 405s and the access test all read it.
public struct Endpoint: Sendable {
  /// Answers a request.
  public typealias Handler = @Sendable (Request, APIRequestContext) async throws -> Response

  /// Who may call at all. What a caller may do is decided by the use case.
  public enum Access: Sendable, Equatable {
    /// Also without a token; one that is sent is not looked at.
    case anyone
    /// Only with a valid token.
    case token
  }

  /// The HTTP method.
  public let method: HTTPRequest.Method
  /// Path template as in openapi.yaml: `/v1/spaces/{space}`.
  public let path: String
  /// Short stable name, `operationId` in openapi.yaml.
  public let operation: String
  /// Who may call.
  public let access: Access
  /// Longest body taken, in bytes; nought for endpoints without one.
  public let bodyLimit: Int
  /// What kind of work it makes, for the limit of how often.
  public let cost: RequestCost
  /// Answers.
  public let handler: Handler
  /// Names in the template's braces, in order.
  public let parameterNames: [String]

  /// Declares an endpoint.
  public init(
    _ method: HTTPRequest.Method, _ path: String, _ operation: String, access: Access = .token, bodyLimit: Int = 0,
    cost: RequestCost = .ordinary, handler: @escaping Handler
  ) {
    self.method = method
    self.path = path
    self.operation = operation
    self.access = access
    self.bodyLimit = bodyLimit
    self.cost = cost
    self.handler = handler
    parameterNames = path.split(separator: "/").compactMap(Endpoint.parameterName)
  }

  /// The name in a template's segment, if the segment is a parameter.
  static func parameterName(_ segment: Substring) -> String? {
    segment.hasPrefix("{") && segment.hasSuffix("}") ? String(segment.dropFirst().dropLast()) : nil
  }
}
