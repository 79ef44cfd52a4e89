import Guidance
import HTTPAPI

extension InstallationFile.Issuer {
  /// An algorithm that no token may be signed with.
  struct UnknownAlgorithm: Error, CustomStringConvertible {
    let issuer: String
    let name: String
    var description: String {
      "the issuer \(issuer) names the algorithm \(name); "
        + "allowed are \(SigningAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))"
    }
  }

  /// The issuer as the authenticator knows it.
  func trusted() throws -> Issuer {
    let algorithms = try Set(
      self.algorithms.map { name in
        guard let algorithm = SigningAlgorithm(rawValue: name) else { throw UnknownAlgorithm(issuer: url, name: name) }
        return algorithm
      })
    var names = ClaimNames()
    if let hetu = claims["hetu"] { names.hetu = [hetu] }
    if let name = claims["name"] { names.name = [name] }
    if let email = claims["email"] { names.email = [email] }
    if let order = claims["nonDisclosure"] { names.nonDisclosure = [order] }
    return Issuer(
      url: url, audience: audience, keys: keys.hasPrefix("https://") ? .url(keys) : .file(keys),
      algorithms: algorithms, vouchesForStaff: vouchesForStaff, vouchesForCustomers: vouchesForCustomers,
      customerAssurance: Set(assurance), claims: names)
  }
}
