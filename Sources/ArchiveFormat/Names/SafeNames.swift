/// Gives each file of one folder of an archive a name that every unzip program and file system takes as it is, and that
/// no other file of the folder has.
///
/// The result depends on the names given before, in their order, and on nothing else. Names differ from each other
/// even where case or Unicode normalisation does not count: a second `Kuva.JPG` becomes `Kuva (2).JPG`.
public struct SafeNames: Sendable {
  /// Name given in place of one with nothing usable in it, for example `tiedosto`; made safe itself.
  public let fallback: String
  private var taken: Set<String> = []
  /// The next number to try for a clashing name, so that many equal names stay linear.
  private var nextNumber: [String: Int] = [:]

  /// Starts an empty folder.
  public init(fallback: String = "file") {
    self.fallback = SafeName.make(from: fallback) ?? "file"
  }

  /// A safe name, not given before, as near to `original` as can be; at most ``SafeName/maximumBytes`` of UTF-8.
  public mutating func assign(_ original: String) -> String {
    let wanted = SafeName.make(from: original) ?? fallback
    let key = NameKey.of(wanted)
    if taken.insert(key).inserted { return wanted }
    var number = nextNumber[key] ?? 2
    while true {
      let candidate = SafeName.numbered(wanted, number)
      number += 1
      if taken.insert(NameKey.of(candidate)).inserted {
        nextNumber[key] = number
        return candidate
      }
    }
  }
}
