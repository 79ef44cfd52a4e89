import Glibc

/// A user of the operating system.
struct SystemUser: Hashable, Sendable {
  let name: String
  let uid: uid_t
  let gid: gid_t

  /// The user this process runs as; its number stands in for a name it has not.
  static var current: SystemUser {
    let uid = geteuid()
    return find { getpwuid_r(uid, $0, $1, $2, $3) } ?? SystemUser(name: "\(uid)", uid: uid, gid: getegid())
  }

  static func named(_ name: String) -> SystemUser? {
    find { getpwnam_r(name, $0, $1, $2, $3) }
  }

  /// Every group of the user.
  var groups: Set<gid_t> {
    var count: Int32 = 256
    var groups = [gid_t](repeating: 0, count: Int(count))
    guard getgrouplist(name, gid, &groups, &count) >= 0 else { return [gid] }
    return Set(groups.prefix(Int(count)))
  }

  private typealias Lookup = (
    UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
  ) -> Int32

  private static func find(_ lookup: Lookup) -> SystemUser? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
      guard let base = buffer.baseAddress else { return nil }
      var entry = passwd()
      var found: UnsafeMutablePointer<passwd>?
      guard lookup(&entry, base, buffer.count, &found) == 0, let found else { return nil }
      return SystemUser(
        name: String(cString: found.pointee.pw_name), uid: found.pointee.pw_uid, gid: found.pointee.pw_gid)
    }
  }
}
