/// Somebody who signs in, as the test issuer is asked for them.
enum Person: Hashable, Sendable {
  case `operator`, admin
  case counsellor(Int)
  case customer(Int)

  static let counsellors = 3
  static let customers = 24

  var subject: String {
    switch self {
    case .operator: "operator"
    case .admin: "aino"
    case .counsellor(let number): "counsellor-\(number)"
    case .customer(let number): "customer-\(number)"
    }
  }

  /// A personal identity code with an individual number from 900 on, which nobody is given.
  var identityCode: String? {
    guard case .customer(let number) = self else { return nil }
    let (day, individual) = ("010190", 900 + number)
    let digits = Array("0123456789ABCDEFHJKLMNPRSTUVWXY")
    let check = digits[(10_190 * 1000 + individual) % 31]
    return "\(day)-\(individual)\(check)"
  }

  /// The body of POST /dev/tokens.
  var claims: String {
    let code = identityCode.map { #","hetu":"\#($0)""# } ?? ""
    return #"{"subject":"\#(subject)","name":"Nimi"\#(code)}"#
  }
}
