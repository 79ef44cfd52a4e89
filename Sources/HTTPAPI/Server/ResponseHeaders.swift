import HTTPTypes
import Hummingbird

/// Header fields that every answer carries.
enum ResponseHeaders {
  /// Adds the request's id and the headers that keep browsers from guessing, caching and embedding.
  static func complete(_ response: inout Response, requestID: String, isSecure: Bool = false) {
    response.headers.append(HTTPField(name: .requestID, value: requestID))
    response.headers.append(HTTPField(name: .xContentTypeOptions, value: "nosniff"))
    response.headers.append(HTTPField(name: .referrerPolicy, value: "no-referrer"))
    if response.headers[.contentSecurityPolicy] == nil {
      response.headers.append(
        HTTPField(name: .contentSecurityPolicy, value: "default-src 'none'; frame-ancestors 'none'"))
    }
    if response.headers[.cacheControl] == nil {
      response.headers.append(HTTPField(name: .cacheControl, value: "no-store"))
    }
    response.headers.append(HTTPField(name: .crossOriginResourcePolicy, value: "same-origin"))
    if isSecure {
      response.headers.append(HTTPField(name: .strictTransportSecurity, value: "max-age=63072000; includeSubDomains"))
    }
  }

  /// Leaves the head as GET would send it. Where the length is not known beforehand, nothing may stand in for it but
  /// nought: without a length the encoder would begin a chunked body.
  static func dropBody(of response: inout Response) {
    response = Response(status: response.status, headers: response.headers)
  }
}

extension HTTPField.Name {
  static let requestID = HTTPField.Name("X-Request-Id")!
  static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
