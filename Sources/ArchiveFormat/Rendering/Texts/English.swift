extension PageTexts {
  static let english = PageTexts(
    language: .en,
    kind: "Guidance space",
    introduction: { asOf in
      """
      <p>This page holds the whole content of the guidance space as it was on \(asOf). \
      The uploaded files are in the folder <code>files</code>, and this page links to them.</p>
      <p>Unpack the whole package before you open the links. The page works without a network connection. \
      Times are in Finnish time.</p>
      """
    },
    skipToMessages: "Skip to the messages",
    contents: "Contents",
    sections: Sections(
      basics: "Basic information", participants: "Participants", timeline: "Life of the guidance space",
      messages: "Messages", files: "Files", feedback: "Feedback", authenticity: "Authenticity of the package"),
    basics: Basics(
      organisation: "Organisation", controller: "Controller", register: "Register", topics: "Topics",
      guidanceLanguage: "Language of the guidance", asOf: "Content as of", identifier: "Identifier"),
    roles: { role in
      switch role {
      case .customer: "customer"
      case .counsellor: "counsellor"
      case .adviser: "adviser"
      case .service: "service"
      }
    },
    events: { kind in
      switch kind {
      case .opened: "The guidance space was opened"
      case .closed: "The guidance space was closed"
      case .reactivated: "The guidance space was reactivated"
      case .archived: "The guidance space was archived"
      case .restricted: "Processing of the data was restricted"
      case .unrestricted: "The restriction of processing ended"
      case .holdPlaced: "The retention period was extended"
      case .holdReleased: "The extension of the retention period ended"
      case .contentRemoved: "A customer's data was removed by a decision of the data protection officer"
      }
    },
    lastDays: LastDays(
      heading: "Last days", active: "Last day of guidance",
      reactivatable: "Last day for reactivating the space",
      archived: "Last day for reading and downloading the content", open: "not set yet"),
    counts: Counts(message: "message", messages: "messages", file: "file", files: "files"),
    removedMessage: "This message was removed by a decision of the data protection officer.",
    noMessages: "There are no messages in the guidance space.",
    noFiles: "There are no files in the guidance space.",
    languageNames: ["fi": "Finnish", "sv": "Swedish", "en": "English", "se": "Northern Sami"],
    messageNumber: "Message",
    joined: "joined",
    left: "left",
    unnamed: "No name given",
    notNamed: "Not stated",
    nameInPackage: "Name in the package",
    checksum: "SHA-256 checksum",
    rating: { "Rating: \($0)/5" },
    authenticity: Authenticity(
      files:
        "The file manifest.json has a checksum of every other file in the package, and manifest.sig is the service's "
        + "signature on it. They show that the package has not been changed.",
      program: "To check the package as it was downloaded, give the command",
      keys: "The keys are published at the service's address that ends with", archive: "package.zip",
      keyFile: "keys.json"),
    footer: "The same content is in machine-readable form in the file space.json."
  )
}
