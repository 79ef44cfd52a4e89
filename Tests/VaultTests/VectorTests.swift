import Crypto
import Foundation
import Testing
import Vault

/// Values computed by others. Python's hashlib and hmac made those of this service's own constructions; a change here
/// means that no stored value is found or opened any more.
@Suite struct VectorTests {
  /// RFC 5869, appendix A.1.
  @Test func hkdfIsThatOfTheRFC() {
    let derived = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: [UInt8](repeating: 0x0B, count: 22)), salt: Array(UInt8(0)...12),
      info: Array(UInt8(0xF0)...0xF9), outputByteCount: 42)
    #expect(
      derived.withUnsafeBytes { Hexadecimal.encode($0) }
        == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
  }

  @Test func digests() {
    var running = RunningDigest()
    running.update(Array("a".utf8))
    #expect(Hexadecimal.encode(running.finish()).hasPrefix("ca978112ca1bbdca"))
    running.update(Array("bc".utf8))
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(Hexadecimal.encode(running.finish()) == abc)
    #expect(RunningDigest.sha256(Array("abc".utf8)) == Hexadecimal.decode(abc))
  }

  @Test func blindIndexIsHMACOfLengthPrefixedFields() throws {
    let index = try #require(BlindIndex(keys: [1: Fixtures.symmetric(9)]))
    #expect(Hexadecimal.encode(index.digest("010594Y9032", kind: .hetu)) == "0001" + Self.hetu)
    #expect(Hexadecimal.encode(index.digest("a@example.org", kind: .email)) == "0001" + Self.email)
  }

  /// Sealed by Python's `cryptography` with the key, names and nonce below: the format and the binding are as written.
  @Test func opensWhatAnotherImplementationSealed() throws {
    let ring = Fixtures.ring([Fixtures.master("m1", 1)])
    let wrapped = try WrappedKey(bytes: #require(Hexadecimal.decode(Self.wrapped)))
    let sealer = Sealer(try ring.unwrap(wrapped, of: .space(Fixtures.space)))
    let place = SealPlace(table: "message", column: "text", row: Fixtures.row, chunk: 5)
    #expect(try sealer.openText(#require(Hexadecimal.decode(Self.sealed)), at: place) == "Hyvää päivää")
    let upload = sealer.forUpload(Fixtures.row)
    #expect(try upload.openText(#require(Hexadecimal.decode(Self.chunk)), at: place) == "Hyvää päivää")
  }

  private static let hetu =
    "4a40d310a8b041718b6a4dc6665d4218cf9809eadaa242af4376299cb0be8e20"
  private static let email =
    "6847cc96e997b8ce3fa35919775bd63683c8969aa4a5840736e6fca2de9a7042"
  private static let wrapped =
    "01000102030405060708090a0b0c0d0e0f026d31000102030405060708090a0bdfc3f34148976c12920789ab50"
    + "18bad0dab31d7d8de83f7b0db746ff2106bf3119ef15931da6780b2bba36184fa1236c"
  private static let sealed =
    "01000102030405060708090a0bd7d24e8f198e65c9edd03aa1e0592c714dd14fc447811d729bd6dbdceb3804ac"
    + "39"
  private static let chunk =
    "01000102030405060708090a0b150ff6da3ce5a92f926d66e2fb8f6e5e5a78b30baddf776caad5f766f3657360"
    + "6f"
}
