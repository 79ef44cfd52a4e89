import Foundation
public import Lifecycle

/// The system's compiled time zones.
public enum ZoneFile {
  /// Where the system keeps them.
  public static let systemFolder = "/usr/share/zoneinfo"

  /// No zone is longer; the largest have 4 KiB.
  static let longestFile = 1 << 18

  /// Reads a zone by its name, such as `Europe/Helsinki`.
  ///
  /// A name has only letters, digits, `_`, `+`, `-` and single inner slashes, so that it leads nowhere but into the folder.
  public static func load(_ name: String, folder: String = systemFolder) throws(ZoneFileError) -> CivilZone {
    guard isName(name) else { throw .badName(name) }
    let path = "\(folder)/\(name)"
    guard let bytes = FileManager.default.contents(atPath: path), bytes.count <= longestFile else {
      throw .unreadable(path)
    }
    do throws(ZoneError) {
      return try CivilZone(name: name, tzif: Array(bytes))
    } catch {
      throw .malformed(path, error)
    }
  }

  private static func isName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return name.utf8.count <= 64
      && parts.allSatisfy { part in
        !part.isEmpty
          && part.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
              UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"):
              true
            default: false
            }
          }
      }
  }
}
