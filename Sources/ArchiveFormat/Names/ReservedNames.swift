/// Names that Windows takes for devices, whatever the extension, and one that its Explorer obeys.
enum ReservedNames {
  private static let devices: Set<String> = {
    var names: Set<String> = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"]
    for digit in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"] {
      names.insert("com" + digit)
      names.insert("lpt" + digit)
    }
    return names
  }()

  static func contains(_ name: String) -> Bool {
    let lower = name.lowercased()
    // desktop.ini in an unpacked folder can make Explorer fetch an icon from a stranger's server.
    if lower == "desktop.ini" { return true }
    let stem = lower.unicodeScalars.prefix { $0 != "." }
    var trimmed = Substring(stem).unicodeScalars
    while trimmed.last == " " { trimmed.removeLast() }
    return devices.contains(String(trimmed))
  }
}
