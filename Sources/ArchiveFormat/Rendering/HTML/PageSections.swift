/// The sections of index.html that are as long as the space has facts, not messages.
struct PageSections {
  let document: SpaceDocument
  let parts: PageParts

  private var texts: PageTexts { parts.texts }

  var basics: HTML {
    let labels = texts.basics
    var list: HTML = ""
    list += parts.term(labels.organisation, orNotNamed(document.organisationName))
    list += parts.term(labels.controller, orNotNamed(document.controllerName))
    list += parts.term(labels.register, "\(document.registerTitle ?? document.register)")
    if !document.topics.isEmpty { list += parts.term(labels.topics, topics) }
    list += parts.term(labels.guidanceLanguage, "\(texts.languageNames[document.language] ?? document.language)")
    list += parts.term(labels.asOf, parts.time(document.contentAsOf))
    list += parts.term(labels.identifier, "<code>\(document.id)</code>")
    return "\(parts.section("basics", texts.sections.basics))<dl>\n\(list)</dl>\n</section>\n"
  }

  var participants: HTML {
    var list: HTML = ""
    for participant in document.participants {
      list += "<li>\(parts.name(participant.displayName)), <span class=\"role\">\(texts.roles(participant.role))</span>"
      if let joined = participant.joinedAt { list += ", \(texts.joined) \(parts.time(joined))" }
      if let left = participant.leftAt { list += ", \(texts.left) \(parts.time(left))" }
      list += "</li>\n"
    }
    return """
      \(parts.section("participants", texts.sections.participants))<ul class="plain">
      \(list)</ul>
      </section>

      """
  }

  var timeline: HTML {
    var events: HTML = ""
    for event in document.timeline.events {
      events += "<li>\(parts.time(event.at)) <span>\(texts.events(event.kind))</span></li>\n"
    }
    let days = texts.lastDays
    var last: HTML = ""
    if let day = document.timeline.lastActiveDay { last += parts.term(days.active, parts.day(day)) }
    if let day = document.timeline.lastReactivatableDay { last += parts.term(days.reactivatable, parts.day(day)) }
    last += parts.term(days.archived, document.timeline.lastArchivedDay.map(parts.day) ?? "\(days.open)")
    return """
      \(parts.section("timeline", texts.sections.timeline))<ol class="plain events">
      \(events)</ol>
      <h3>\(days.heading)</h3>
      <dl>
      \(last)</dl>
      </section>

      """
  }

  var feedback: HTML {
    guard let feedback = document.feedback else { return "" }
    var body: HTML = "<p>\(texts.rating(feedback.rating)) · \(parts.time(feedback.givenAt))</p>\n"
    if let text = feedback.text, !text.isEmpty {
      body += "<div class=\"text\" dir=\"auto\"\(parts.contentLanguage)>\(text)</div>\n"
    }
    return "\(parts.section("feedback", texts.sections.feedback))\(body)</section>\n"
  }

  /// How to check the archive, for who doubts it.
  var authenticity: HTML {
    let words = texts.authenticity
    return """
      \(parts.section("authenticity", texts.sections.authenticity))<p>\(words.files)</p>
      <p>\(words.program) <code>ohjaustila verify \(words.archive) --keys \(words.keyFile)</code>. \
      \(words.keys) <code>/.well-known/ohjaustila-archive-keys.json</code>.</p>
      </section>

      """
  }

  private var topics: HTML {
    var list: HTML = ""
    for (index, topic) in document.topics.enumerated() {
      list += index == 0 ? "<bdi>\(topic)</bdi>" : ", <bdi>\(topic)</bdi>"
    }
    return list
  }

  private func orNotNamed(_ name: String?) -> HTML {
    guard let name else { return "\(texts.notNamed)" }
    return "<bdi>\(name)</bdi>"
  }
}
