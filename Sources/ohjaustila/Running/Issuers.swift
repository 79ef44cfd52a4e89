import Guidance
import HTTPAPI

extension InstallationFile.Issuer {
  /// Something about an issuer that can't be as the configuration says.
  struct Misconfigured: Error, CustomStringConvertible {
    let issuer: String
    let problem: String
    var description: String { "the issuer \(issuer) \(problem)" }
  }

  /// The issuer as the authenticator knows it.
  ///
  /// - Throws: what is wrong with it; whether it can be reached does not matter here.
  func trusted() throws -> Issuer {
    var names = ClaimNames()
    if let hetu = claims["hetu"] { names.hetu = hetu }
    if let name = claims["name"] { names.name = name }
    if let email = claims["email"] { names.email = email }
    if let order = claims["nonDisclosure"] { names.nonDisclosure = order }
    var issuer = Issuer(
      url: url, audience: audience, keys: source, algorithms: try known(algorithms, "algorithm"),
      vouchesForStaff: vouchesForStaff, vouchesForCustomers: vouchesForCustomers, customerAssurance: Set(assurance),
      claims: names)
    if !types.isEmpty { issuer.types = try known(types, "type") }
    issuer.clients = Set(clients)
    issuer.authorityFile = authorityFile
    do {
      try issuer.check()
    } catch {
      throw Misconfigured(issuer: url, problem: "can't be asked for its keys: \(error)")
    }
    return issuer
  }

  private var source: Issuer.KeySource {
    guard let keys else { return .discovery }
    return keys.contains("://") ? .url(keys) : .file(keys)
  }

  private func known<Code: CaseIterable & RawRepresentable<String> & Hashable>(
    _ names: [String], _ what: String
  ) throws -> Set<Code> {
    try Set(
      names.map { name in
        if let code = Code(rawValue: name) { return code }
        let allowed = Code.allCases.map(\.rawValue).joined(separator: ", ")
        throw Misconfigured(issuer: url, problem: "names the \(what) \(name); allowed are \(allowed)")
      })
  }
}
