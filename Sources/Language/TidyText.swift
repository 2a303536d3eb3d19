// An expression as it was written, but for its blanks: on one line, one blank around operators.

import Text

/// What was written, with blanks where people put them. `tokens` are those of the text.
func tidyText(_ text: String, _ tokens: [Token]) -> String {
  let bytes = Array(text.utf8)
  var tidy: [UInt8] = []
  tidy.reserveCapacity(bytes.count + tokens.count)
  var before: Token?
  var isSign = false
  for token in tokens {
    if case .end = token.form { break }
    if let before, hasBlank(between: before, isSign: isSign, token) { tidy.append(.of(" ")) }
    tidy.append(contentsOf: bytes[token.range])
    isSign = token.isSymbol("-") && before.map { !$0.endsOperand } ?? true
    before = token
  }
  return tidy == bytes ? text : String(decoding: tidy, as: UTF8.self)
}

/// Whether a blank stands between two tokens. `isSign` says that the first is the `-` of a number below zero.
private func hasBlank(between before: Token, isSign: Bool, _ token: Token) -> Bool {
  if isSign || before.isSymbol("(") { return false }
  if case .member = token.form { return false }
  if token.isSymbol(")") || token.isSymbol(",") { return false }
  guard token.isSymbol("(") else { return true }
  // Behind a name begin its arguments; behind `and`, an operator or a comma begins a group.
  switch before.form {
  case .name, .member: return false
  case .word(let word): return FunctionEntry.named(word) == nil
  case .number, .text, .symbol, .end: return true
  }
}

extension Token {
  /// Whether a `-` behind it subtracts.
  fileprivate var endsOperand: Bool {
    switch form {
    case .number, .name, .member, .text: true
    case .symbol(let symbol): symbol == ")"
    case .word, .end: false
    }
  }
}
