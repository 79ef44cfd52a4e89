import Guidance
import Lifecycle
import Postgres

/// What `/metrics` tells: how much and how long, by operation and state; never who, and no id.
struct Metrics {
  let responder: APIResponder
  let store: GuidanceStore

  /// The whole text. Where the database does not answer, its numbers are left out and `database_up` is 0.
  func text() async -> String {
    var text = MetricsText()
    requests(&text)
    connections(&text)
    copy(store.figures, &text)
    let installation = try? await store.installationFigures()
    text.single("database_up", "gauge", "Whether the database answered.", installation == nil ? 0 : 1)
    if let installation { write(installation, &text) }
    return text.text
  }

  private func requests(_ text: inout MetricsText) {
    text.single(
      "requests_in_flight", "gauge", "Requests whose answer is being made.", responder.counters.inFlight)
    let name = "request_duration_seconds"
    text.metric(name, "histogram", "Time to the head of the answer.")
    for (key, histogram) in responder.durations.used {
      let labels = [("operation", key.operation), ("status", "\(key.statusClass)xx")]
      var sum = 0
      for (bound, bucket) in zip(RequestDurations.bounds, histogram.buckets) {
        sum += bucket.value
        text.sample(name + "_bucket", labels + [("le", "\(bound)")], sum)
      }
      let count = max(sum, histogram.count.value)
      text.sample(name + "_bucket", labels + [("le", "+Inf")], count)
      text.sample(name + "_sum", labels, Double(histogram.microseconds.value) / 1e6)
      text.sample(name + "_count", labels, count)
    }
    guard let refusals = responder.rateRefusals else { return }
    text.metric("rate_limit_refusals_total", "counter", "Requests refused because too many came.")
    text.sample("rate_limit_refusals_total", [("by", "address")], refusals.address)
    text.sample("rate_limit_refusals_total", [("by", "caller")], refusals.caller)
    text.sample("rate_limit_refusals_total", [("by", "bad_tokens")], refusals.failures)
  }

  private func connections(_ text: inout MetricsText) {
    let connections = responder.connections
    text.single("connections", "gauge", "Open connections.", connections.open.value)
    text.single(
      "connections_refused_total", "counter",
      "Connections closed over what was no sound request, or because their address had too many.",
      connections.refused.value)
    text.single(
      "connections_timed_out_total", "counter", "Connections closed because a header or body took too long.",
      connections.timedOut.value)
  }

  private func copy(_ figures: ServiceFigures, _ text: inout MetricsText) {
    text.metric("database_jobs_total", "counter", "Units of work done on the database.")
    for (role, pool) in figures.pools { text.sample("database_jobs_total", [("role", role)], pool.jobs) }
    text.metric("database_jobs_refused_total", "counter", "Units of work that found no connection in time.")
    for (role, pool) in figures.pools { text.sample("database_jobs_refused_total", [("role", role)], pool.refused) }
    text.metric("database_jobs_waiting", "gauge", "Units of work that wait for a connection.")
    for (role, pool) in figures.pools { text.sample("database_jobs_waiting", [("role", role)], pool.queued) }
    text.metric("database_connections_made_total", "counter", "Connections made.")
    for (role, pool) in figures.pools {
      text.sample("database_connections_made_total", [("role", role)], pool.connections)
    }
    text.single("event_streams", "gauge", "Open event streams.", figures.eventStreams)
    text.single("access_log_waiting", "gauge", "Looks not written to the access log yet.", figures.accessesWaiting)
    sweeps(figures.sweeps, &text)
    ledger(figures, &text)
  }

  private func sweeps(_ sweeps: SweepTotals, _ text: inout MetricsText) {
    text.metric("sweeps_total", "counter", "Sweeps of this copy.")
    text.sample("sweeps_total", [("outcome", "completed")], sweeps.completed)
    text.sample("sweeps_total", [("outcome", "failed")], sweeps.failed)
    text.metric("spaces_crossed_total", "counter", "Spaces that entered a state.")
    for (state, count) in sweeps.report.crossed.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      text.sample("spaces_crossed_total", [("state", state.rawValue)], count)
    }
    text.single(
      "spaces_destroyed_total", "counter", "Erased spaces whose ciphertext is gone.", sweeps.report.destroyed)
    text.single("notices_planned_total", "counter", "Notices that sweeps planned.", sweeps.report.notices)
  }

  private func ledger(_ figures: ServiceFigures, _ text: inout MetricsText) {
    text.metric("erasure_ledger_trouble", "gauge", "Whether this copy erases nothing because of its ledger, and why.")
    text.sample(
      "erasure_ledger_trouble", figures.ledgerTrouble.map { [("kind", $0.code)] } ?? [],
      figures.ledgerTrouble == nil ? 0 : 1)
    guard let space = figures.ledgerSpace else { return }
    text.single("erasure_ledger_free_bytes", "gauge", "Free bytes on the disk of the erasure ledger.", space)
  }

  private func write(_ figures: ErasureFigures, _ text: inout MetricsText) {
    let most = InstallationFigures.most
    text.single(
      "erasures_overdue", "gauge", "Spaces whose time is over and whose key is still there, at most \(most).",
      figures.overdue)
    text.single(
      "erasures_overdue_oldest_seconds", "gauge", "Since when the first of them is due.",
      Int(figures.oldestOverdue.components.seconds))
    text.single(
      "ciphertext_left", "gauge", "Erased spaces of which ciphertext may be left, at most \(most).", figures.undestroyed
    )
    text.single(
      "ciphertext_left_oldest_seconds", "gauge", "Since when the first of them is erased.",
      Int(figures.oldestUndestroyed.components.seconds))
  }

  private func write(_ figures: InstallationFigures, _ text: inout MetricsText) {
    text.single(
      "spaces_due", "gauge", "Spaces with something due, at most \(InstallationFigures.most).", figures.due)
    text.single("erasures_held", "gauge", "Erasures that wait for a confirmation.", figures.erasuresHeld)
    write(figures.erasures, &text)
    text.metric("notices", "gauge", "Notices and mails that are not sent.")
    text.sample("notices", [("state", "planned")], figures.notices.planned)
    text.sample("notices", [("state", "waiting")], figures.notices.waiting)
    text.sample("notices", [("state", "dead")], figures.notices.dead)
  }
}
