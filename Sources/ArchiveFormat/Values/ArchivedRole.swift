/// Who somebody is in a space. The raw value stands in space.json.
public enum ArchivedRole: String, Sendable, Hashable, CaseIterable {
  /// asiakas
  case customer
  /// ohjaaja, also a second professional
  case counsellor
  /// neuvoja
  case adviser
  /// The service itself.
  case service
}
