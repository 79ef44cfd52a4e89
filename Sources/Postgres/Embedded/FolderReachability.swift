public import Foundation
import Glibc

extension EmbeddedServer {
  /// The first folder on the way to (and including) a folder that a user may not enter; `nil` when there is none, so
  /// that the user reaches the folder. Folders that do not exist yet count as reachable. Access lists are not read.
  /// - Throws: ``EmbeddedServerError/unknownUser(_:)``.
  public static func firstUnreachable(on folder: URL, by user: String) throws -> URL? {
    guard let user = SystemUser.named(user) else { throw EmbeddedServerError.unknownUser(user) }
    guard user.uid != 0 else { return nil }
    let groups = user.groups
    var path = URL(filePath: "/", directoryHint: .isDirectory)
    for part in ["/"] + resolved(folder).pathComponents.dropFirst() {
      if part != "/" { path.append(component: part, directoryHint: .isDirectory) }
      var status = stat()
      guard stat(path.path(percentEncoded: false), &status) == 0 else { return nil }
      let bit: mode_t =
        status.st_uid == user.uid ? 0o100 : groups.contains(status.st_gid) ? 0o010 : 0o001
      if status.st_mode & bit == 0 { return path }
    }
    return nil
  }

  /// The folder without symbolic links, as far as it exists.
  private static func resolved(_ folder: URL) -> URL {
    var missing: [String] = []
    var existing = folder.absoluteURL.standardizedFileURL
    while existing.path(percentEncoded: false) != "/" {
      if let real = realpath(existing.path(percentEncoded: false), nil) {
        defer { free(real) }
        existing = URL(filePath: String(cString: real), directoryHint: .isDirectory)
        break
      }
      missing.append(existing.lastPathComponent)
      existing.deleteLastPathComponent()
    }
    return missing.reversed().reduce(existing) { $0.appending(component: $1, directoryHint: .isDirectory) }
  }
}
