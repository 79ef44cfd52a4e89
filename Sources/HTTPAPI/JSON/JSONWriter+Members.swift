/// Members of an object: a name and its value in one call. An optional value that is missing is written as `null`;
/// `optional` leaves the whole member out instead.
extension JSONWriter {
  /// A member that is an object.
  public mutating func object<E: Error>(
    _ member: String, _ members: (inout JSONWriter) throws(E) -> Void
  ) throws(E) {
    name(member)
    try object(members)
  }

  /// A member that is an array.
  public mutating func array<E: Error>(
    _ member: String, _ elements: (inout JSONWriter) throws(E) -> Void
  ) throws(E) {
    name(member)
    try array(elements)
  }

  /// A member that is an array of strings.
  public mutating func member(_ member: String, _ values: [String]) {
    array(member) { json in
      for value in values { json.write(value) }
    }
  }

  /// A member that is a string or `null`.
  public mutating func member(_ member: String, _ value: String?) {
    name(member)
    if let value { write(value) } else { writeNull() }
  }

  /// A member that is a whole number or `null`.
  public mutating func member(_ member: String, _ value: Int?) {
    name(member)
    if let value { write(value) } else { writeNull() }
  }

  /// A member that is a whole number.
  public mutating func member(_ member: String, _ value: Int64) {
    name(member)
    write(value)
  }

  /// A member that is a truth value.
  public mutating func member(_ member: String, _ value: Bool) {
    name(member)
    write(value)
  }

  /// A member that is an instant (µs since 1970, UTC) or `null`.
  public mutating func member(_ member: String, microseconds: Int64?) {
    name(member)
    if let microseconds { write(microseconds: microseconds) } else { writeNull() }
  }

  /// A member that is a string, left out when there is none.
  public mutating func optional(_ member: String, _ value: String?) {
    if let value { self.member(member, value) }
  }

  /// A member that is a whole number, left out when there is none.
  public mutating func optional(_ member: String, _ value: Int?) {
    if let value { self.member(member, value) }
  }

  /// A member that is an instant (µs since 1970, UTC), left out when there is none.
  public mutating func optional(_ member: String, microseconds: Int64?) {
    if let microseconds { self.member(member, microseconds: microseconds) }
  }
}
