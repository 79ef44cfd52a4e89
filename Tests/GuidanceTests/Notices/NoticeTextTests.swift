import Foundation
import Lifecycle
import Testing

@testable import Guidance

/// Every text in every language: the right days, no name that must not be there, nothing fetched from anywhere.
@Suite struct NoticeTextTests {
  private static let day = CivilDate(daysSince1970: 20_605)  // 1 June 2026
  private static let link = "https://ohjaus.example.fi/spaces/01990a1c-7b1f-7c55-9d2e-5a5d1f0a7d11"
  private static let organisation = "Mallilan TE-palvelut & <b>"

  private static let messages: [NoticeMessage] = [
    .closingSoon(lastDay: day), .closed(lastDay: day), .sealingSoon(lastDay: day), .sealed(lastDay: day),
    .archivingSoon(lastDay: day, canReactivate: true), .archivingSoon(lastDay: day, canReactivate: false),
    .archived(lastDay: day), .archivedEarly(lastDay: day, counsellorGone: true),
    .archivedEarly(lastDay: day, counsellorGone: false), .erasureSoon(lastDay: day), .erased(on: day),
    .invitation(.init(code: "ABCD-EFGH", lastDay: day)),
  ]
  private static let dayless: [NoticeMessage] = [
    .archived(lastDay: nil), .archivedEarly(lastDay: nil, counsellorGone: true), .invitation(nil), .newMessage,
    .transferred, .colleagueProposed,
  ]

  @Test(arguments: Language.allCases)
  func everyNoticeNamesItsDay(_ language: Language) {
    let written = language == .english ? "1 June 2026" : "1.6.2026"
    for message in Self.messages {
      let letter = Self.letter(message, language, Self.organisation)
      #expect(letter.text.contains(written) && letter.html.contains(written), "\(message)")
      #expect(letter.text.matches(of: /20\d\d/).count == letter.text.matches(of: /2026/).count)
      if let staff = NoticeLetter(message, toCounsellorIn: language, link: Self.link) {
        #expect(staff.text.contains(written) && staff.html.contains(written), "\(message)")
      }
    }
    for message in Self.dayless {
      let letter = Self.letter(message, language, nil)
      #expect(letter.paragraphs.allSatisfy { !"\($0)".contains(written) && !"\($0)".contains(/20\d\d/) }, "\(message)")
    }
  }

  @Test(arguments: Language.allCases)
  func anOrganisationIsNamedOnlyWhereItMayBe(_ language: Language) {
    for message in Self.messages + Self.dayless {
      let named = Self.letter(message, language, Self.organisation)
      #expect(named.text.contains("Mallilan TE-palvelut & <b>") && named.html.contains("TE-palvelut &amp; &lt;b&gt;"))
      let hidden = Self.letter(message, language, nil)
      let staff = NoticeLetter(message, toCounsellorIn: language, link: Self.link)
      for letter in [hidden, staff].compactMap(\.self) {
        #expect(!(letter.subject + letter.text + letter.html).contains("Mallilan"), "\(message)")
      }
      #expect(!named.subject.contains("Mallilan"))
    }
  }

  @Test(arguments: Language.allCases)
  func pagesAreWholeAndFetchNothing(_ language: Language) throws {
    for message in Self.messages + Self.dayless {
      let letter = Self.letter(message, language, Self.organisation)
      #expect(letter.html.contains("<html lang=\"\(language.rawValue)\">"))
      for forbidden in ["<script", "<img", "<link", "url(", "src=", "@import"] {
        #expect(!letter.html.contains(forbidden), "\(forbidden)")
      }
      let links = letter.html.matches(of: /https?:[^"<\s]+/).map { String($0.output) }
      #expect(Set(links).subtracting([Self.link]).isEmpty)
      // What the page says, the plain text says.
      for case .text(let text) in letter.paragraphs { #expect(letter.text.contains(text)) }
      #expect(try Self.stillOpen(letter.html).isEmpty)
    }
  }

  /// Every element that is opened is closed.
  private static func stillOpen(_ html: String) throws -> [String] {
    var stack: [String] = []
    for match in html.matches(of: /<(\/?)([a-zA-Z0-9]+)[^>]*>/) where !["meta", "hr"].contains(match.2.lowercased()) {
      if match.1.isEmpty {
        stack.append(match.2.lowercased())
      } else {
        try #require(stack.popLast() == match.2.lowercased())
      }
    }
    return stack
  }

  /// Subjects are one short line; no two notices of a language look alike, and no two languages.
  @Test func subjectsTellNoticesApart() {
    let kinds: [NoticeMessage] = [
      .closingSoon(lastDay: Self.day), .closed(lastDay: Self.day), .sealingSoon(lastDay: Self.day),
      .sealed(lastDay: Self.day), .archivingSoon(lastDay: Self.day, canReactivate: true), .archived(lastDay: Self.day),
      .erasureSoon(lastDay: Self.day), .erased(on: Self.day), .invitation(nil), .newMessage,
      .transferred, .colleagueProposed,
    ]
    let subjects = Language.allCases.flatMap { language in
      kinds.map { Self.letter($0, language, nil).subject }
    }
    #expect(Set(subjects).count == subjects.count)
    #expect(subjects.allSatisfy { !$0.contains("\n") && (5...60).contains($0.count) })
  }

  /// Counsellors are told of what they can still do something about, and of nothing else.
  @Test func counsellorsAreToldWhatConcernsThem() {
    let told = (Self.messages + Self.dayless).filter { message in
      NoticeLetter(message, toCounsellorIn: .finnish, link: Self.link) != nil
    }
    #expect(told.count == 8)
    #expect(!told.contains(.archived(lastDay: Self.day)) && !told.contains(.erased(on: Self.day)))
  }

  private static func letter(_ message: NoticeMessage, _ language: Language, _ organisation: String?) -> NoticeLetter {
    NoticeLetter(message, toCustomerIn: language, organisation: organisation, link: link)
  }
}
