import Lifecycle
import Yams

extension PolicyNode {
  /// A text; a plain number, date or truth value is none.
  func text() throws(PolicyFileError) -> String {
    guard case .scalar(let scalar) = node, node.tag.rawValue == Tag.Name.str.rawValue else {
      throw failure("expected a text")
    }
    return scalar.string
  }

  func integer() throws(PolicyFileError) -> Int {
    guard case .scalar(let scalar) = node, node.tag.rawValue == Tag.Name.int.rawValue, let value = Int(scalar.string)
    else { throw failure("expected a whole number") }
    return value
  }

  func truth() throws(PolicyFileError) -> Bool {
    guard case .scalar(let scalar) = node, scalar.style == .plain, let value = Bool(scalar.string) else {
      throw failure("expected true or false")
    }
    return value
  }

  func period() throws(PolicyFileError) -> Period {
    let text = try text()
    do { return try Period(iso8601: text) } catch { throw failure(error.description) }
  }

  /// A length of elapsed time alone, such as `PT60S`.
  func time() throws(PolicyFileError) -> Duration {
    let text = try text()
    let amount: AdvanceAmount
    do { amount = try AdvanceAmount(iso8601: text) } catch { throw failure(error.description) }
    guard amount.period.isZero else { throw failure("expected hours, minutes or seconds, without days or months") }
    return amount.time
  }

  /// Whole days alone, such as `P14D`.
  func days() throws(PolicyFileError) -> Int {
    let period = try period()
    guard period.months == 0, period.days > 0 else { throw failure("expected days, such as P14D") }
    return period.days
  }

  /// One of the codes of an enumeration.
  func code<Code: RawRepresentable<String> & CaseIterable>(_: Code.Type) throws(PolicyFileError) -> Code {
    guard let code = Code(rawValue: try text()) else {
      throw failure("expected one of \(Code.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return code
  }
}
