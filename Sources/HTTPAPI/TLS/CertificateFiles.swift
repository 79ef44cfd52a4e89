import Foundation
import NIOSSL

/// Where the service's certificate is: two PEM files.
public struct CertificateFiles: Sendable, Equatable {
  /// The certificate, then those that lead to its authority.
  public let certificate: String
  /// The certificate's private key.
  public let key: String

  /// Names the files.
  public init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }

  /// Changes whenever one of the files does: times and sizes. Nil while one is missing.
  func stamp() -> [FileStamp]? {
    var stamps: [FileStamp] = []
    for path in [certificate, key] {
      guard let stamp = FileStamp(path) else { return nil }
      stamps.append(stamp)
    }
    return stamps
  }

  /// What connections are made with: TLS 1.2 and later, HTTP/1.1, and no certificate asked of clients.
  ///
  /// - Throws: what is wrong with the files, also a key that is another certificate's.
  func context() throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMFile(certificate)
    let key = try NIOSSLPrivateKey(file: key, format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.cipherSuiteValues = Self.ciphers
    configuration.applicationProtocols = ["http/1.1"]
    configuration.renegotiationSupport = .none
    return try NIOSSLContext(configuration: configuration)
  }

  /// For TLS 1.2: forward secrecy and authenticated encryption only. TLS 1.3 has nothing else.
  private static let ciphers: [NIOTLSCipher] = [
    .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  ]
}
