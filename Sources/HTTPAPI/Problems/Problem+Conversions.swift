import HTTPTypes

extension JSONSyntaxError: ProblemConvertible {
  /// 400 with line and column.
  public func problem() -> Problem {
    Problem("malformed-json", .badRequest, "Malformed JSON", detail: reason)
      .with("line", .int(line)).with("column", .int(column))
  }
}

extension InvalidMember: ProblemConvertible {
  /// 422 that names the member.
  public func problem() -> Problem {
    Problem("invalid-body", .unprocessableContent, "Invalid body", detail: rule).with("field", .string(pointer))
  }
}
