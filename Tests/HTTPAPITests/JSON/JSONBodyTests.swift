import Testing

@testable import HTTPAPI

@Suite struct JSONBodyTests {
  enum Language: String, CaseIterable {
    case finnish = "fi"
    case swedish = "sv"
  }

  struct Opening: Equatable {
    var title: String
    var language: Language?
    var rating: Int?
    var urgent: Bool?
    var emails: [String]
  }

  private func read(_ text: String) throws -> Opening {
    try JSONBody(Array(text.utf8)).object { body in
      Opening(
        title: try body.string("title", 1...5), language: try body.optionalEnumeration("language"),
        rating: try body.optionalInt("rating", 1...5), urgent: try body.optionalBool("urgent"),
        emails: try body.array("customers", min: 1, max: 2) { customer in
          try customer.object { customer in
            try customer.parsed("email", "Must be an address.") { $0.contains("@") ? $0 : nil }
          }
        })
    }
  }

  @Test func readsAllMembers() throws {
    let text = #"{"customers":[{"email":"a@b"}],"title":"äöü😀!","language":"sv","rating":5,"urgent":false}"#
    #expect(
      try read(text) == Opening(title: "äöü😀!", language: .swedish, rating: 5, urgent: false, emails: ["a@b"]))
  }

  @Test(arguments: [
    (#"{}"#, "/title", "Is required."),
    (#"{"title":null}"#, "/title", "Is required."),
    (#"{"customers":[{"email":"a@b"}],"title":"x","language":null}"#, "/language", "Must not be null: leave it out."),
    (#"{"title":""}"#, "/title", "Must have at least 1 characters."),
    (#"{"title":"123456"}"#, "/title", "Must have at most 5 characters."),
    (#"{"title":1}"#, "/title", "Must be a string, not a number."),
    (#"{"title":"x","language":"en"}"#, "/language", "Must be one of: fi, sv."),
    (#"{"title":"x","language":[]}"#, "/language", "Must be a string, not an array."),
    (#"{"title":"x","rating":6}"#, "/rating", "Must be a whole number from 1 to 5."),
    (#"{"title":"x","rating":1.0}"#, "/rating", "Must be a whole number from 1 to 5."),
    (#"{"title":"x","rating":1e0}"#, "/rating", "Must be a whole number from 1 to 5."),
    (#"{"title":"x","rating":99999999999999999999}"#, "/rating", "Must be a whole number from 1 to 5."),
    (#"{"title":"x","rating":"3"}"#, "/rating", "Must be a number, not a string."),
    (#"{"title":"x","urgent":1}"#, "/urgent", "Must be true or false, not a number."),
    (#"{"title":"x"}"#, "/customers", "Is required."),
    (#"{"title":"x","customers":{}}"#, "/customers", "Must be an array, not an object."),
    (#"{"title":"x","customers":[]}"#, "/customers", "Must have at least 1 elements."),
    (#"{"title":"x","customers":[1,2,3]}"#, "/customers", "Must have at most 2 elements."),
    (#"{"title":"x","customers":[1]}"#, "/customers/0", "Must be an object, not a number."),
    (#"{"title":"x","customers":[{"email":"a@b"},{"email":"c"}]}"#, "/customers/1/email", "Must be an address."),
    (#"{"title":"x","customers":[{"email":"a@b","x":1}]}"#, "/customers/0/x", "Is not known here."),
    (
      #"{"title":"x","customers":[{"email":"a@b"}],"a/b~c":1}"#, "",
      "Has a member that is not known here, under a name that is not repeated."
    ),
    (
      #"{"title":"x","customers":[{"email":"a@b","010594Y9032":1}]}"#, "/customers/0",
      "Has a member that is not known here, under a name that is not repeated."
    ),
    (#"[]"#, "", "Must be an object, not an array."),
  ])
  func namesMemberAndRule(_ text: String, _ pointer: String, _ rule: String) {
    #expect(throws: InvalidMember(pointer, rule)) { try read(text) }
  }

  @Test func tellsNullFromMissing() throws {
    try JSONBody(Array(#"{"email":null}"#.utf8)).object { body in
      let (email, language) = (body.isNull("email"), body.isNull("language"))
      #expect(email && !language)
    }
  }
}
