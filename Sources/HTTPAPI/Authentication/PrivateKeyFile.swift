import Crypto

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A P-256 key in a file that only its owner can read.
enum PrivateKeyFile {
  /// Why a key file is of no use.
  enum Failure: Error {
    case cannotOpen(path: String, errno: Int32)
    case cannotWrite(path: String, errno: Int32)
    case othersMayRead(path: String)
    case noKey(path: String)
  }

  /// The key in the file; where there is no file, a new key that is then in it.
  static func loadOrCreate(_ path: String) throws -> P256.Signing.PrivateKey {
    let key = P256.Signing.PrivateKey()
    // O_EXCL decides between two copies that start at once: one creates, the other reads.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o600))
    if descriptor < 0 {
      guard errno == EEXIST else { throw Failure.cannotOpen(path: path, errno: errno) }
      return try load(path)
    }
    defer { close(descriptor) }
    let text = Array((key.pemRepresentation + "\n").utf8)
    guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else {
      let code = errno
      unlink(path)
      throw Failure.cannotWrite(path: path, errno: code)
    }
    return key
  }

  private static func load(_ path: String) throws -> P256.Signing.PrivateKey {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure.cannotOpen(path: path, errno: errno) }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & 0o077 == 0 else {
      throw Failure.othersMayRead(path: path)
    }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = max(0, read(descriptor, &bytes, bytes.count))
    guard let key = try? P256.Signing.PrivateKey(pemRepresentation: String(decoding: bytes[..<count], as: UTF8.self))
    else { throw Failure.noKey(path: path) }
    return key
  }
}
