import ArchiveFormat

/// A small space with hostile and foreign text in every place that a person can write to.
enum SampleSpace {
  static let hostile = "\"><script>alert('x')</script>&amp;\u{2028}\u{0}\u{85}\r\nrivi\u{202E}abc\t👩‍👩‍👧 ]]> --> مرحبا"

  static func instant(day: Int, hour: Int = 12) -> ArchiveInstant {
    ArchiveInstant(
      utc: "2026-03-\(day < 10 ? "0" : "")\(day)T10:00:00Z",
      local: CivilTime(year: 2026, month: 3, day: day, hour: hour))
  }

  static func document(messages: Int, files: Int, text: String = hostile, language: String = "fi") -> SpaceDocument {
    SpaceDocument(
      id: "0195a2b0-1111-7abc-8def-0123456789ab", title: text, language: language, organisationName: text,
      controllerName: nil, register: "guidanceSpaces", topics: ["opiskelu", text],
      timeline: ArchivedTimeline(
        events: ArchivedEvent.Kind.allCases.map { ArchivedEvent($0, at: instant(day: 1)) },
        lastActiveDay: CivilDay(year: 2026, month: 6, day: 1),
        lastReactivatableDay: CivilDay(year: 2026, month: 9, day: 1), lastArchivedDay: nil),
      participants: ArchivedRole.allCases.map { role in
        ArchivedParticipant(displayName: text, role: role, joinedAt: instant(day: 1), leftAt: instant(day: 9))
      },
      feedback: ArchivedFeedback(rating: 4, text: text, givenAt: instant(day: 9)), messageCount: messages,
      fileCount: files, contentAsOf: instant(day: 9))
  }

  static func message(_ number: Int, text: String = hostile) -> ArchivedMessage {
    ArchivedMessage(
      number: number, id: "m-\(number)", sentAt: instant(day: 1 + number / 3), senderName: text, senderRole: .customer,
      text: text)
  }

  static func file(_ number: Int, text: String = hostile) -> ArchivedFile {
    ArchivedFile(
      id: "f-\(number)", path: "files/Tämä & #\(number)?.pdf", originalName: text, size: 5_368_709_120,
      sha256: String(repeating: "0f", count: 32), contentType: text, uploadedAt: instant(day: 2), uploaderName: nil,
      uploaderRole: .counsellor)
  }

  static func render(_ renderer: some SpaceRenderer, messages: Int, files: Int, text: String = hostile) -> [UInt8] {
    var renderer = renderer
    var bytes: [UInt8] = []
    renderer.begin(into: &bytes)
    for number in 0..<messages { renderer.message(message(number + 1, text: text), into: &bytes) }
    for number in 0..<files { renderer.file(file(number + 1, text: text), into: &bytes) }
    renderer.end(into: &bytes)
    return bytes
  }
}
