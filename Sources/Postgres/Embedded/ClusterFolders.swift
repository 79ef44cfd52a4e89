import CLibPQ
import Foundation
import Glibc

/// The paths of one private cluster, and who owns what.
struct ClusterFolders: Sendable {
  /// Ours: holds the others.
  let data: String
  let socket: String
  /// Whom the server runs as.
  let user: SystemUser

  var cluster: String { data + "/cluster" }
  var log: String { data + "/postgres.log" }

  /// Checks what can be checked without changing anything.
  init(_ configuration: EmbeddedServer.Configuration) throws {
    let current = SystemUser.current
    if current.uid == 0 {
      guard let user = SystemUser.named(configuration.serverUser), user.uid != 0 else {
        throw EmbeddedServerError.unknownUser(configuration.serverUser)
      }
      self.user = user
    } else {
      user = current
    }
    let folder = configuration.dataFolder.absoluteURL.standardizedFileURL
    data = Self.path(folder)
    socket = configuration.socketFolder.map { Self.path($0.absoluteURL.standardizedFileURL) } ?? data + "/socket"
    let file = socket + "/.s.PGSQL.5432"
    guard file.utf8.count <= 107 else {
      throw EmbeddedServerError.socketPathTooLong(path: file, bytes: file.utf8.count)
    }
    for url in [folder, configuration.socketFolder ?? folder] {
      if let blocked = try EmbeddedServer.firstUnreachable(on: url, by: user.name) {
        throw EmbeddedServerError.unreachable(folder: Self.path(blocked), user: user.name)
      }
    }
  }

  /// Makes the data folder, which the server's user may enter but not change, and the socket folder, which is its own.
  func create() throws {
    let isRoot = geteuid() == 0
    try Self.makeFolder(data, mode: isRoot ? 0o711 : 0o700)
    if let blocked = try EmbeddedServer.firstUnreachable(on: URL(filePath: data), by: user.name) {
      throw EmbeddedServerError.unreachable(folder: Self.path(blocked), user: user.name)
    }
    try Self.makeFolder(socket, mode: 0o700)
    try own(socket)
  }

  /// Hands a path to the server's user.
  func own(_ path: String) throws {
    guard geteuid() == 0 else { return }
    guard chown(path, user.uid, user.gid) == 0 else {
      throw EmbeddedServerError.system(call: "chown", path: path, code: errno)
    }
  }

  /// Writes a file in place of another, at once, for the server's user to read.
  func write(_ text: String, to path: String) throws {
    let temporary = path + ".new"
    try Data(text.utf8).write(to: URL(filePath: temporary))
    chmod(temporary, 0o600)
    try own(temporary)
    guard rename(temporary, path) == 0 else {
      throw EmbeddedServerError.system(call: "rename", path: path, code: errno)
    }
  }

  static func makeFolder(_ path: String, mode: mode_t) throws {
    let parent = URL(filePath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    guard mkdir(path, mode) == 0 || errno == EEXIST else {
      throw EmbeddedServerError.system(call: "mkdir", path: path, code: errno)
    }
  }

  private static func path(_ url: URL) -> String {
    let path = url.path(percentEncoded: false)
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}
