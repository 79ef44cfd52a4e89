#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The few calls of the system that key files need, with their errors typed.
enum System {
  /// Makes a folder of mode 0700, with those above it; one that is there stays as it is.
  static func makeFolder(_ path: String) throws(KeyFileError) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    let parent = folder(of: path)
    guard errno == ENOENT, parent != path else { throw failure("mkdir", path) }
    try makeFolder(parent)
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("mkdir", path) }
  }

  /// A new file of mode 0600 with these bytes, on the disk when this returns. Fails with EEXIST when there is one.
  static func writeNew(_ bytes: [UInt8], to path: String) throws(KeyFileError) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure("open", path) }
    defer { close(file) }
    try write(bytes, to: file, path)
    guard fsync(file) == 0 else { throw failure("fsync", path) }
  }

  /// Zeros over a file's bytes, on the disk when this returns. A help only: a journaling disk may keep the old ones.
  static func overwrite(_ path: String) throws(KeyFileError) {
    let file = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { throw failure("open", path) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure("fstat", path) }
    try write([UInt8](repeating: 0, count: Int(status.st_size)), to: file, path)
    guard fsync(file) == 0 else { throw failure("fsync", path) }
  }

  /// The bytes of a file that nobody else can read, at most 4 KiB; nil when there is none.
  static func readPrivate(_ path: String) throws(KeyFileError) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    if file < 0 && errno == ENOENT { return nil }
    if file < 0 && errno == ELOOP { throw .notAFile(path: path) }
    guard file >= 0 else { throw failure("open", path) }
    defer { close(file) }
    // Of the open file, not of the path: what was checked is what is read.
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure("fstat", path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    guard status.st_uid == geteuid() else { throw .wrongOwner(path: path, uid: UInt32(status.st_uid)) }
    guard status.st_mode & 0o077 == 0 else { throw .tooOpen(path: path, mode: UInt32(status.st_mode & 0o7777)) }
    return try readAll(file, path)
  }

  /// Refuses a folder that others could put keys into.
  static func checkFolder(_ path: String) throws(KeyFileError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { throw .noKeys(path: path) }
      throw failure("stat", path)
    }
    guard status.st_mode & 0o022 == 0 else { throw .tooOpen(path: path, mode: UInt32(status.st_mode & 0o7777)) }
  }

  /// Gives a complete file a second name that nothing has yet; false when the name is taken.
  static func claim(_ name: String, for path: String) throws(KeyFileError) -> Bool {
    if link(path, name) == 0 { return true }
    guard errno == EEXIST else { throw failure("link", name) }
    return false
  }

  /// `new` takes the place of `path`, which need not be there.
  static func replace(_ path: String, by new: String) throws(KeyFileError) {
    guard rename(new, path) == 0 else { throw failure("rename", path) }
  }

  static func remove(_ path: String) throws(KeyFileError) {
    guard unlink(path) == 0 else { throw failure("unlink", path) }
  }

  /// Makes names given, taken and changed in a folder last through a power cut.
  static func syncFolder(_ path: String) throws(KeyFileError) {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw failure("open", path) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw failure("fsync", path) }
  }

  /// Waits until nobody else holds the folder, and holds it until ``unlock(_:)`` or the end of the process.
  static func lockFolder(_ path: String) throws(KeyFileError) -> Int32 {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw failure("open", path) }
    while flock(folder, LOCK_EX) != 0 {
      guard errno == EINTR else {
        let error = failure("flock", path)
        close(folder)
        throw error
      }
    }
    return folder
  }

  /// Gives back what ``lockFolder(_:)`` gave.
  static func unlock(_ folder: Int32) { close(folder) }

  /// Names in a folder, sorted, without `.` and `..`.
  static func names(in path: String) throws(KeyFileError) -> [String] {
    guard let folder = opendir(path) else { throw failure("opendir", path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(KeyFileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      #if canImport(Glibc)
        let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      #elseif canImport(Musl)
        let count = rest.withUnsafeBytes { Musl.write(file, $0.baseAddress, $0.count) }
      #else
        let count = rest.withUnsafeBytes { Darwin.write(file, $0.baseAddress, $0.count) }
      #endif
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure("write", path) }
      rest = rest.dropFirst(count)
    }
  }

  private static func readAll(_ file: Int32, _ path: String) throws(KeyFileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var used = 0
    while used < bytes.count {
      let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress! + used, $0.count - used) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", path) }
      if count == 0 { break }
      used += count
    }
    return Array(bytes.prefix(used))
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func failure(_ operation: String, _ path: String) -> KeyFileError {
    .system(operation: operation, path: path, errno: errno)
  }
}

extension KeyFileError {
  /// Whether a call found no file.
  var isMissingFile: Bool {
    if case .system(_, _, let errno) = self { errno == ENOENT } else { false }
  }
}
