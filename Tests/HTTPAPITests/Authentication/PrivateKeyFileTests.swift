import FoundationEssentials
import Testing

@testable import HTTPAPI

@Suite struct PrivateKeyFileTests {
  private func withFile(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ohjaustila-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appending(path: "key.pem").path)
  }

  @Test func theSameKeyComesBack() throws {
    try withFile { path in
      let first = try TestIssuer(keyFile: path)
      #expect(try TestIssuer(keyFile: path).jwks == first.jwks)
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode.map { $0 & 0o777 } == 0o600)
    }
  }

  @Test func aKeyThatOthersCanReadIsRefused() throws {
    try withFile { path in
      _ = try TestIssuer(keyFile: path)
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
      #expect(throws: PrivateKeyFile.Failure.self) { try TestIssuer(keyFile: path) }
    }
  }

  @Test func rubbishAndMissingFoldersAreErrors() throws {
    try withFile { path in
      #expect(throws: PrivateKeyFile.Failure.self) { try TestIssuer(keyFile: path + "/no/such") }
      #expect(
        FileManager.default.createFile(atPath: path, contents: Data("x".utf8), attributes: [.posixPermissions: 0o600]))
      #expect(throws: PrivateKeyFile.Failure.self) { try TestIssuer(keyFile: path) }
    }
  }
}
