import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore

@testable import HTTPAPI

/// An answer as tests read it.
struct Answer {
  let status: HTTPResponse.Status
  let headers: HTTPFields
  let bytes: [UInt8]

  init(_ response: TestResponse) {
    status = response.status
    headers = response.headers
    bytes = Array(response.body.readableBytesView)
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The body as JSON; null when it is none.
  var json: JSONValue { (try? JSONParser.parse(bytes)) ?? .null }

  /// The value behind member names; null when there is none.
  subscript(_ names: String...) -> JSONValue {
    names.reduce(json) { value, name in value[name] ?? .null }
  }

  /// The string behind member names; empty when there is none.
  func string(_ names: String...) -> String {
    guard case .string(let text) = names.reduce(json, { value, name in value[name] ?? .null }) else { return "" }
    return text
  }

  /// The elements of a list.
  var items: [JSONValue] {
    guard case .array(let items) = json["items"] ?? .null else { return [] }
    return items
  }

  /// The last part of a problem's type; empty for what is no problem.
  var problem: String {
    guard headers[.contentType] == "application/problem+json" else { return "" }
    return String(string("type").dropFirst("/problems/".count))
  }

  /// The entity tag, with its quotes.
  var tag: String { headers[.eTag] ?? "" }
}

extension JSONValue {
  var text: String {
    if case .string(let text) = self { text } else { "" }
  }

  /// The elements of an array; none of anything else.
  var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }
}
