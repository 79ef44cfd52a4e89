import CLibPQ
import Glibc

/// One service a data folder, by `flock`: the system lets go of it when the process ends, however it ends.
final class FolderLock: Sendable {
  /// How often it is tried, a hundredth of a second apart: a process that ends keeps its lock until the system has closed
  /// its files, and so does a child that has been forked and has not yet become its program.
  private static let attempts = 100

  private let descriptor: Int32

  /// - Throws: ``EmbeddedServerError/inUse(folder:pid:)``.
  init(folder: String) throws {
    let path = folder + "/service.lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw EmbeddedServerError.system(call: "open", path: path, code: errno) }
    guard Self.take(descriptor) else {
      var text = [UInt8](repeating: 0, count: 32)
      let count = read(descriptor, &text, text.count)
      // deinit closes the file, also after a throwing init.
      let pid = Int32(String(decoding: text.prefix(max(0, count)), as: UTF8.self).prefix { $0.isNumber }) ?? 0
      throw EmbeddedServerError.inUse(folder: folder, pid: pid)
    }
    let line = "\(getpid())\n"
    ftruncate(descriptor, 0)
    _ = line.withCString { pwrite(descriptor, $0, strlen($0), 0) }
  }

  private static func take(_ descriptor: Int32) -> Bool {
    for _ in 0..<attempts {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      usleep(10_000)
    }
    return false
  }

  deinit {
    close(descriptor)
  }
}
