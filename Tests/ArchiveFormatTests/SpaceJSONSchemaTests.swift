import ArchiveFormat
import Foundation
import Testing

/// The published schema and what is written say the same, both ways: no member is missing or undescribed.
@Suite struct SpaceJSONSchemaTests {
  @Test(arguments: [(0, 0), (4, 2)])
  func describesWhatIsWritten(messages: Int, files: Int) throws {
    let document = SampleSpace.document(messages: messages, files: files)
    let bytes = SampleSpace.render(SpaceJSONRenderer(document), messages: messages, files: files)
    let schema = try #require(
      JSONSerialization.jsonObject(with: Data(SpaceJSONSchema.text.utf8)) as? [String: Any])
    let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
    #expect(problems(try JSONSerialization.jsonObject(with: Data(bytes)), schema, definitions, "$") == [])
  }

  @Test func namesEveryRoleAndEvent() {
    for word in ArchivedRole.allCases.map(\.rawValue) + ArchivedEvent.Kind.allCases.map(\.rawValue) {
      #expect(SpaceJSONSchema.text.contains("\"\(word)\""))
    }
  }

  /// The part of JSON Schema that the schema uses.
  private func problems(
    _ value: Any, _ schema: [String: Any], _ definitions: [String: [String: Any]], _ path: String
  ) -> [String] {
    if let name = schema["$ref"] as? String, let target = definitions[String(name.dropFirst(8))] {
      return problems(value, target, definitions, path)
    }
    if let allowed = schema["enum"] as? [String], !allowed.contains(value as? String ?? "") { return ["\(path): enum"] }
    if let constant = schema["const"], "\(constant)" != "\(value)" { return ["\(path): const"] }
    let types = schema["type"] as? [String] ?? (schema["type"] as? String).map { [$0] }
    if let types, !types.contains(type(of: value)) { return ["\(path): not \(types)"] }
    if let list = value as? [Any], let items = schema["items"] as? [String: Any] {
      return list.flatMap { problems($0, items, definitions, path + "[]") }
    }
    guard let object = value as? [String: Any], let properties = schema["properties"] as? [String: [String: Any]] else {
      return []
    }
    var found: [String] = []
    if Set(schema["required"] as? [String] ?? []) != Set(object.keys) { found.append("\(path): required") }
    for (name, member) in object {
      guard let property = properties[name] else {
        found.append("\(path).\(name): undescribed")
        continue
      }
      found += problems(member, property, definitions, path + "." + name)
    }
    return found
  }

  private func type(of value: Any) -> String {
    switch value {
    case is NSNull: "null"
    case is String: "string"
    case is [Any]: "array"
    case is [String: Any]: "object"
    case is NSNumber: "integer"
    default: "?"
    }
  }
}
