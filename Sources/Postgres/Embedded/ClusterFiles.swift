import Foundation
import Glibc

/// Makes a cluster, and writes who may log in.
struct ClusterFiles: Sendable {
  let folders: ClusterFolders
  let superuser: String

  /// The major version of the existing cluster; `nil` where there is none yet.
  /// - Throws: ``EmbeddedServerError/notACluster(folder:)``.
  func existingMajor() throws -> Int? {
    if let text = try? String(contentsOfFile: folders.cluster + "/PG_VERSION", encoding: .utf8) {
      return Int(text.prefix { $0.isNumber })
    }
    // initdb works beside and is renamed when complete, so anything else here is not from us.
    let content = (try? FileManager.default.contentsOfDirectory(atPath: folders.cluster)) ?? []
    guard content.isEmpty else { throw EmbeddedServerError.notACluster(folder: folders.cluster) }
    return nil
  }

  /// Makes the cluster beside its final place and renames it, so that a crash leaves nothing half.
  func initialise(_ installation: Installation) throws {
    let left = (try? FileManager.default.contentsOfDirectory(atPath: folders.data)) ?? []
    for name in left where name.hasPrefix("cluster.new") {
      try? FileManager.default.removeItem(atPath: folders.data + "/" + name)
    }
    // Not where the initdb of a process that was killed may still be writing.
    let new = folders.cluster + ".new-\(UUID().uuidString)"
    try ClusterFolders.makeFolder(new, mode: 0o700)
    try folders.own(new)
    let output = folders.data + "/initdb.log"
    unlink(output)
    try ChildProcess.run(
      Launcher.command(
        [
          installation.initdb, "-D", new, "--username=\(superuser)", "--encoding=UTF8", "--locale=\(Self.locale)",
          "--data-checksums", "--auth=peer", "--no-instructions",
        ], as: folders.user),
      output: output)
    rmdir(folders.cluster)
    guard rename(new, folders.cluster) == 0 else {
      throw EmbeddedServerError.system(call: "rename", path: folders.cluster, code: errno)
    }
    Self.sync(folders.data)
    unlink(output)
  }

  /// Writes pg_hba.conf and pg_ident.conf: over the socket only, as the operating system says who calls; two of its
  /// users (the server's, which owns the files anyway, and ours) are let in as the superuser and as these roles.
  func writeAccess(roles: [String]) throws {
    try folders.write("local all all peer map=ohjaustila\n", to: folders.cluster + "/pg_hba.conf")
    var lines = "# Written by ohjaustila at every start.\n"
    for user in Set([folders.user.name, SystemUser.current.name]).sorted() {
      for role in Set(roles + [superuser]).sorted() {
        lines += "ohjaustila \(Self.quoted(user)) \(Self.quoted(role))\n"
      }
    }
    try folders.write(lines, to: folders.cluster + "/pg_ident.conf")
  }

  /// A token of pg_ident.conf; quoted, no name is a keyword.
  private static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// UTF-8 case rules where the system has them; both sort by code point.
  private static var locale: String {
    guard let locale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil) else { return "C" }
    freelocale(locale)
    return "C.UTF-8"
  }

  /// Makes a rename in a folder durable.
  private static func sync(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
