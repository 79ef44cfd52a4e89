import Glibc

/// A call of the system that failed on the ledger's files.
public struct LedgerFileError: Error, Sendable, Equatable, CustomStringConvertible {
  let operation: String
  let path: String
  let code: Int32

  init(_ operation: String, _ path: String) {
    (self.operation, self.path, code) = (operation, path, errno)
  }

  /// One sentence.
  public var description: String { "\(operation) of \(path) failed: \(String(cString: strerror(code)))" }
}

/// The few calls of the system that the ledger needs, with their errors typed.
enum LedgerFiles {
  /// Makes a folder of mode 0700, with those above it; one that is there stays as it is.
  static func makeFolder(_ path: String) throws(LedgerFileError) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw LedgerFileError("mkdir", path)
    }
    try makeFolder(String(path[..<slash]))
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw LedgerFileError("mkdir", path) }
  }

  /// Names of the files that hold entries, in their order; none where there is no folder.
  static func segments(in folder: String) throws(LedgerFileError) -> [String] {
    try names(in: folder).filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
  }

  /// Paths of the folders that ledgers were moved aside into, in their order.
  static func setAside(in folder: String) throws(LedgerFileError) -> [String] {
    try names(in: folder).filter { $0.hasPrefix(asidePrefix) }.map { folder + "/" + $0 }
  }

  /// A folder to move a ledger aside into.
  static func aside(at microseconds: Int64, in folder: String) -> String {
    folder + "/" + asidePrefix + String(microseconds)
  }

  private static let asidePrefix = "set-aside-"

  private static func names(in folder: String) throws(LedgerFileError) -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw LedgerFileError("opendir", folder)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      names.append(name)
    }
    return names.sorted()
  }

  private static let (prefix, suffix) = ("erasures-", ".ledger")

  /// A segment is named by the first entry in it.
  static func segment(beginningWith number: Int) -> String {
    let digits = String(number)
    return prefix + String(repeating: "0", count: max(0, 12 - digits.count)) + digits + suffix
  }

  /// Opens a file of mode 0600, made when it is not there.
  static func open(_ path: String, _ flags: Int32) throws(LedgerFileError) -> Int32 {
    let file = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw LedgerFileError("open", path) }
    return file
  }

  /// Takes the lock of an open file; false while another has it. The system gives it back when the process ends.
  static func lock(_ file: Int32, _ path: String) throws(LedgerFileError) -> Bool {
    if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK || errno == EINTR else { throw LedgerFileError("flock", path) }
    return false
  }

  /// A file's size; nil when there is none.
  static func size(_ path: String) throws(LedgerFileError) -> Int? {
    var status = stat()
    if stat(path, &status) == 0 { return Int(status.st_size) }
    guard errno == ENOENT else { throw LedgerFileError("stat", path) }
    return nil
  }

  /// Bytes that are free for us where a folder is; nil when that can't be told.
  static func space(in folder: String) -> Int? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// The bytes of a file from an offset to its end.
  static func read(_ path: String, from offset: Int) throws(LedgerFileError) -> [UInt8] {
    let file = try open(path, O_RDONLY)
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw LedgerFileError("fstat", path) }
    var bytes = [UInt8](repeating: 0, count: max(0, Int(status.st_size) - offset))
    var used = 0
    while used < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(file, $0.baseAddress.map { $0 + used }, $0.count - used, off_t(offset + used))
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw LedgerFileError("read", path) }
      if count == 0 { break }
      used += count
    }
    bytes.removeLast(bytes.count - used)
    return bytes
  }

  /// Writes bytes at an offset.
  static func write(_ bytes: [UInt8], to file: Int32, at offset: Int, _ path: String) throws(LedgerFileError) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(file, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(offset + done))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw LedgerFileError("write", path) }
      done += count
    }
  }

  static func cut(_ path: String, to length: Int) throws(LedgerFileError) {
    guard truncate(path, off_t(length)) == 0 else { throw LedgerFileError("truncate", path) }
  }

  static func sync(_ file: Int32, _ path: String) throws(LedgerFileError) {
    guard fsync(file) == 0 else { throw LedgerFileError("fsync", path) }
  }

  static func syncFolder(_ path: String) throws(LedgerFileError) {
    let folder = try open(path, O_RDONLY | O_DIRECTORY)
    defer { close(folder) }
    try sync(folder, path)
  }

  static func move(_ path: String, to new: String) throws(LedgerFileError) {
    guard rename(path, new) == 0 else { throw LedgerFileError("rename", path) }
  }
}
