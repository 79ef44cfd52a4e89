import NIOSSL

extension Issuer {
  /// Finds what no patience helps against: an address that keys are not fetched from, authorities that are none.
  ///
  /// - Throws: what is wrong. Nothing is fetched.
  public func check() throws {
    switch keys {
    case .text, .file: break
    case .url(let address): _ = try IssuerAddress(address)
    case .discovery: _ = try IssuerAddress(url).discovery
    }
    guard let authorityFile else { return }
    guard try !NIOSSLCertificate.fromPEMFile(authorityFile).isEmpty else { throw KeySetError.noAuthority }
  }
}
