/// What the bytes of ZIP's records mean, for saying which of them differ (APPNOTE.TXT 4.3.7–4.3.16).
enum ZipFields {
  typealias Field = (offset: Int, name: String)

  static let common: [Field] = [
    (0, "version needed"), (2, "flags"), (4, "method"), (6, "time"), (8, "date"), (10, "checksum"),
    (14, "compressed size"), (18, "size"), (22, "length of the name"), (24, "length of the extra field"),
  ]
  static let local: [Field] =
    [(0, "signature")] + common.map { ($0.offset + 4, $0.name) } + [(30, "name or extra field")]
  static let central: [Field] =
    [(0, "signature"), (4, "made by")] + common.map { ($0.offset + 6, $0.name) } + [
      (32, "length of the comment"), (34, "disk"), (36, "internal attributes"), (38, "attributes"),
      (42, "offset of the header"), (46, "name or extra field"),
    ]
  static let end: [Field] = [
    (0, "signature"), (4, "disks"), (8, "number of entries"), (12, "length of the directory"),
    (16, "offset of the directory"), (20, "comment"),
  ]
  static let end64: [Field] = [
    (0, "ZIP64 signature"), (4, "length of the ZIP64 record"), (12, "ZIP64 versions"), (16, "ZIP64 disks"),
    (24, "ZIP64 number of entries"), (40, "ZIP64 length of the directory"), (48, "ZIP64 offset of the directory"),
    (56, "ZIP64 locator's signature"), (60, "ZIP64 locator's disk"), (64, "offset of the ZIP64 record"),
    (72, "number of disks"),
  ]

  /// The field that the first difference is in; nil when there is none.
  static func firstDifference(_ found: [UInt8], _ expected: [UInt8], _ fields: [Field]) -> String? {
    guard found != expected else { return nil }
    let place = zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    return name(of: place ?? min(found.count, expected.count), fields)
  }

  static func name(of offset: Int, _ fields: [Field]) -> String {
    fields.last { $0.offset <= offset }?.name ?? "signature"
  }
}
