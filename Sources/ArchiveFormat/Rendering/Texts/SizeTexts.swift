/// Sizes of files as people write them, in steps of a thousand (IEC 80000-13), in whole-number arithmetic.
struct SizeTexts: Sendable {
  let language: ArchiveLanguage

  /// For example `512 tavua`, `1,2 Mt`, `1.2 MB`; one decimal below ten, rounded half up.
  func size(_ bytes: UInt64) -> String {
    guard bytes >= 1000 else { return "\(bytes)\u{A0}\(bytes == 1 ? unit.byte : unit.bytes)" }
    var scale: UInt64 = 1000
    var step = 0
    while step < 3, Self.rounded(bytes, to: scale) >= 1000 {
      scale *= 1000
      step += 1
    }
    let tenths = Self.rounded(bytes, to: scale / 10)
    let number = tenths < 100 ? "\(tenths / 10)\(separator)\(tenths % 10)" : "\(Self.rounded(bytes, to: scale))"
    return "\(number)\u{A0}\(unit.scaled[step])"
  }

  private static func rounded(_ value: UInt64, to step: UInt64) -> UInt64 {
    value / step + (value % step >= step / 2 ? 1 : 0)
  }

  private var separator: String { language == .en ? "." : "," }

  private var unit: (byte: String, bytes: String, scaled: [String]) {
    switch language {
    case .fi: ("tavu", "tavua", ["kt", "Mt", "Gt", "Tt"])
    case .sv: ("byte", "byte", ["kB", "MB", "GB", "TB"])
    case .en: ("byte", "bytes", ["kB", "MB", "GB", "TB"])
    }
  }
}
