/// What a file name may do with a Unicode scalar. Written out as ranges, not asked of the standard library's Unicode
/// tables: an archive's bytes must not change with the toolchain.
enum NameScalar {
  case kept
  case space
  case reserved
  case dropped

  init(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    // / \ : * ? " < > | and the percent-encoding-like NUL family below.
    case 0x2F, 0x5C, 0x3A, 0x2A, 0x3F, 0x22, 0x3C, 0x3E, 0x7C: self = .reserved
    // Look-alikes of / \ : that some programs map back: fraction and division slash, full-width and small forms.
    case 0x2044, 0x2215, 0xFF0F, 0xFF3C, 0xFF1A, 0xFE55, 0xFE68, 0xFE13: self = .reserved
    case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: self = .space
    case 0x00A0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: self = .space
    case 0x00...0x1F, 0x7F...0x9F: self = .dropped
    // Soft hyphen, Arabic letter mark, Mongolian vowel separator, zero-width space, LRM, RLM.
    case 0x00AD, 0x034F, 0x061C, 0x180B...0x180F, 0x200B, 0x200E, 0x200F: self = .dropped
    // Bidirectional embeddings, overrides, isolates; invisible operators; BOM; interlinear annotation.
    case 0x202A...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF0...0xFFFB: self = .dropped
    // Hangul fillers show as nothing.
    case 0x115F, 0x1160, 0x3164, 0xFFA0: self = .dropped
    // Private use, musical format controls, tags, and everything from plane 14 on.
    case 0xE000...0xF8FF, 0x1D173...0x1D17A, 0xE0000...0x10FFFF: self = .dropped
    // Noncharacters.
    case 0xFDD0...0xFDEF: self = .dropped
    case let value where value & 0xFFFE == 0xFFFE: self = .dropped
    default: self = .kept
    }
  }
}
