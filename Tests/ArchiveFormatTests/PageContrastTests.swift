import ArchiveFormat
import Foundation
import Testing

/// WCAG 2.2 contrast of the colours in the style sheet, light and dark.
@Suite struct PageContrastTests {
  @Test(arguments: [0, 1, 2])
  func coloursAreReadable(scheme: Int) throws {
    let palette = try #require(Self.palettes().dropFirst(scheme).first)
    for ground in ["page", "card"] {
      for (colour, least) in [("ink", 7.0), ("muted", 4.5), ("link", 4.5)] {
        #expect(try Self.contrast(palette, colour, ground) >= least, "\(colour) on \(ground)")
      }
    }
    for mark in ["customer", "staff", "service"] { #expect(try Self.contrast(palette, mark, "card") >= 3, "\(mark)") }
  }

  /// The three blocks of colours: light, dark, print.
  private static func palettes() throws -> [[String: String]] {
    let page = String(
      decoding: SampleSpace.render(
        HTMLRenderer(language: .fi, SampleSpace.document(messages: 0, files: 0)), messages: 0, files: 0),
      as: UTF8.self)
    return page.components(separatedBy: ":root{").dropFirst().map { block in
      var palette: [String: String] = [:]
      for rule in block.prefix(while: { $0 != "}" }).split(separator: ";") where rule.contains("#") {
        let parts = rule.split(separator: ":")
        palette[String(parts[0].dropFirst(2))] = String(parts[1].dropFirst())
      }
      return palette
    }
  }

  private static func contrast(_ palette: [String: String], _ a: String, _ b: String) throws -> Double {
    let values = [try luminance(#require(palette[a])), try luminance(#require(palette[b]))].sorted()
    return (values[1] + 0.05) / (values[0] + 0.05)
  }

  private static func luminance(_ hex: String) throws -> Double {
    let long = hex.count == 3 ? hex.map { "\($0)\($0)" }.joined() : hex
    let value = try #require(UInt32(long, radix: 16))
    let parts = [16, 8, 0].map { shift -> Double in
      let part = Double((value >> UInt32(shift)) & 0xFF) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
}
