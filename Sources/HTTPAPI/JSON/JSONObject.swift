/// An object of a request body while a handler reads it.
///
/// It remembers which members were asked for, so that nothing a client sent is silently ignored. `null` is refused
/// but where a handler asks for it with `isNull`.
public struct JSONObject {
  private let members: [JSONMember]
  private let pointer: String
  private var read: Set<String> = []
  private var nullable: Set<String> = []

  init(members: [JSONMember], pointer: String) {
    self.members = members
    self.pointer = pointer
  }

  /// The member, or nothing when it was left out or is `null`.
  public mutating func optional(_ name: String) -> JSONElement? {
    read.insert(name)
    guard let member = members.first(where: { $0.name == name }), member.value != .null else { return nil }
    return JSONElement(value: member.value, pointer: place(of: name))
  }

  /// The member, which must be there.
  public mutating func required(_ name: String) throws(InvalidMember) -> JSONElement {
    guard let element = optional(name) else { throw InvalidMember(place(of: name), "Is required.") }
    return element
  }

  /// Whether the member is there and `null`: how a PATCH removes a value.
  public mutating func isNull(_ name: String) -> Bool {
    read.insert(name)
    nullable.insert(name)
    return members.contains { $0.name == name && $0.value == .null }
  }

  /// An error that names a member of this object.
  public func invalid(_ name: String, _ rule: String) -> InvalidMember {
    InvalidMember(place(of: name), rule)
  }

  /// Refuses members that nobody asked for, and `null` where nobody asked for that.
  func refuseUnread() throws(InvalidMember) {
    for member in members where !read.contains(member.name) {
      guard let name = EchoedName.safe(member.name) else {
        throw InvalidMember(pointer, "Has a member that is not known here, under a name that is not repeated.")
      }
      throw InvalidMember(place(of: name), "Is not known here.")
    }
    for member in members where member.value == .null && !nullable.contains(member.name) {
      throw InvalidMember(place(of: member.name), "Must not be null: leave it out.")
    }
  }

  /// RFC 6901. Names that handlers ask for and those that are echoed have nothing to escape.
  private func place(of name: String) -> String { "\(pointer)/\(name)" }
}
