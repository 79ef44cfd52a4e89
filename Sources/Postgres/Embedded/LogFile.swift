import Foundation
import Glibc

/// The server's own log, kept small.
enum LogFile {
  /// Keeps one earlier log when the current one has grown beyond 10 MB.
  static func rotate(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_size > 10_000_000 else { return }
    rename(path, path + ".1")
  }

  /// The last lines, for error messages; empty where there are none. Reads at most 64 KiB.
  static func tail(_ path: String, lines: Int) -> String {
    guard let file = FileHandle(forReadingAtPath: path) else { return "" }
    defer { try? file.close() }
    let end = (try? file.seekToEnd()) ?? 0
    try? file.seek(toOffset: end > 65_536 ? end - 65_536 : 0)
    let data = (try? file.readToEnd()) ?? Data()
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(lines).joined(
      separator: "\n")
  }
}
