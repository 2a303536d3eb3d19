// Which mistakes an expression can contain.

/// The codes of this room's findings. Each is proved by a test, and shown in a golden file.
public enum LanguageCode: String, CaseIterable, Sendable {
  // Characters and words
  case expressionTooLong
  case notASCII
  case smartQuote
  case strangeCharacter
  case foreignSymbol
  case unclosedText
  case memberExpected
  case wordInWrongCase

  // Numbers
  case malformedNumber
  case numberTooLarge
  case decimalComma
  case unknownUnit
  case blankBeforeUnit
  case rateOfUnit
  case badComposition
  case blankInDuration

  // Durations
  case durationMissing
  case durationNegative
  case durationWithoutUnit
  case durationExpected
  case durationTooLong

  // Grammar
  case emptyExpression
  case nestedTooDeeply
  case valueExpected
  case operatorExpected
  case chainedComparison
  case notNeedsParentheses
  case unclosedParenthesis
  case unopenedParenthesis
  case textAsValue

  // Calls
  case unknownFunction
  case functionWithoutParentheses
  case wrongArgumentCount
  case overMissing
  case overUnexpected
  case lengthExpected
  case windowEmpty
  case coordinateExpected
  case arrowExpected
  case tooFewPoints
  case pointsNotRising
  case clampUpsideDown

  // Names
  case unknownMetric
  case nameInWrongCase
  case yesNoWord
  case memberMissing
  case memberOfName
  case argumentMissing
  case argumentUnwanted
  case argumentWrong
  case unquotedArgument
  case cyclicDefinition
  case expansionTooLarge

  // Names in `metrics:`
  case nameMalformed
  case nameIsWord
  case nameIsBuiltIn

  // Kinds
  case mixedKinds
  case bareNumber
  case minutesForMegabytes
  case kindUnsuited
  case conditionExpected
  case percentExpected
  case numberExpected
  case productOfKinds
  case rateOfKind
  case divisionByZero
  case percentOfNumber
  case bareFraction
}
