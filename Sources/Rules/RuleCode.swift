// Which complaints there are about a rule file, beyond its YAML and its expressions.

/// The codes of this room's findings. Each is shown in a golden file.
public enum RuleCode: String, CaseIterable, Sendable {
  // Keys and shapes
  case unknownKey, keyNotInFragment, wrongShape, emptyValue, emptyList
  case emptyText, textTooLong, textNotOneLine, notBoolean, notAChoice, pathNotAbsolute, durationOutOfRange
  case notAPercent, notAPort

  // Files
  case unreadableFile, unreadableInclude, includedTwice, includesItself, tooManyRules, tooManyParts

  // Services and metrics
  case badAddress, badNetwork, hostBitsSet, duplicateAddress
  case badServiceName, tooManyServices, duplicateService, keyAsService, sharedAddress, sharedAgentSend, badAgentSend
  case observeNothing, observeSharedAddress, textFileName
  case duplicateMetric

  // Probes
  case tooManyProbes, probeOfTwoKinds, probeWithoutKind, keyOfAnotherProbe, timeoutBeyondEvery
  case programNotAbsolute, notAList, zeroByte, badURL, badDestination, badPointer

  // Rules
  case duplicateRuleName, silentRule, constantCondition, wordsAsExpression
  case badWord, expressionAsWords, saidTwice
  case dampingWithoutWeight, weightPlainNumber, weightOutOfRange, maxconnTooSmall, maxconnWithoutDefault, onStopMaxconn

  // Warnings
  case unusedMetric, neverHolds, untilOverlapsWhen, administrativeReply, equalityOfMeasured, shortWindow, shortDamping
  case notExecutable, onStopForNothing
  case notOnThisHost, noWholeHere, deviceAsPath
}
