/// What can be wrong with the form of a text. Data only; the wording is in `SyntaxProblem+Wording.swift`.
enum SyntaxProblem: Equatable {
  case sourceTooLarge(bytes: Int)
  case notUTF8
  case otherEncoding(String)
  case expected([String], found: String)
  case unterminatedString
  case unterminatedRawString
  case unknownEscape(String)
  case invalidScalar(String)
  case missingNameAfterDollar
  case unexpectedCharacter(String)
  case pipeOrRedirection(String)
  case bracketInWord(String)
  case parenthesisInWord
  case escapeOutsideQuotes
  case numberTooLarge(String)
  case unknownUnit(String, number: String)
  case tooDeep
  case keywordAsName(String)
  case symbolForWord(String, instead: String)
  case assignmentForComparison
  case chainedComparison
  case surplusBrace
  case unknownStatement(String, String)
  case methodCall(String, of: String)
  case commandAsValue(String)
  case waitWithoutWithin
  case waitForTime(String)
  case elseWithoutIf
  case catchWithoutTry
  case unopened(String)
}

/// Why a text is not finished: a shell reads on instead of reporting it.
public enum IncompleteInput: String, Sendable, Equatable {
  /// A `{` is not closed.
  case block
  /// A quote is not closed.
  case quote
  /// A `(` or `[` is not closed.
  case parenthesis
  /// The last line ends in `\`.
  case continuation
}
