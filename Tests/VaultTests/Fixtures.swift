import Crypto
import Foundation
import Vault

/// Keys that are the same in every run.
enum Fixtures {
  static let space = UUID(uuidString: "0195A2B0-1111-7ABC-8DEF-0123456789AB") ?? UUID()
  static let row = UUID(uuidString: "0195A2B0-2222-7ABC-8DEF-0123456789AB") ?? UUID()
  static let place = SealPlace(table: "message", column: "text", row: row)

  /// A master of this id whose bytes are all `byte`.
  static func master(_ id: String, _ byte: UInt8) -> MasterKey {
    guard let id = MasterKeyID(id), let key = MasterKey(id: id, key: symmetric(byte)) else {
      preconditionFailure("a well-formed id")
    }
    return key
  }

  static func symmetric(_ byte: UInt8) -> SymmetricKey { SymmetricKey(data: [UInt8](repeating: byte, count: 32)) }

  static func ring(_ masters: [MasterKey]) -> KeyRing {
    guard let index = BlindIndex(keys: [1: symmetric(9)]),
      let ring = KeyRing(masters: masters, current: masters[0].id, blindIndex: index)
    else { preconditionFailure("well-formed keys") }
    return ring
  }

  /// A path in the temporary folder that is removed afterwards.
  static func withFolder<Value>(_ body: (String) throws -> Value) rethrows -> Value {
    let path = NSTemporaryDirectory() + "ohjaustila-keys-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  static func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  static func setMode(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }
}
