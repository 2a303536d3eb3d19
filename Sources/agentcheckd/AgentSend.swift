// The text of HAProxy's `agent-send`, as it stands between quotation marks in haproxy.cfg (section 2.2 of HAProxy's
// configuration manual, "Quoting and escaping"; `parse_line` in its source).

import Text

/// Reads what stands between the quotation marks. A backslash before anything that it has no meaning for is a backslash.
func agentSendBytes(_ text: String) throws(UsageMistake) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    guard byte == .of("\\"), let escaped = rest.first else {
      bytes.append(byte)
      continue
    }
    switch escaped {
    case .of("n"): bytes.append(.of("\n"))
    case .of("r"): bytes.append(.of("\r"))
    case .of("t"): bytes.append(.of("\t"))
    case .of("\\"), .of(" "), .of("#"), .of("\""), .of("$"): bytes.append(escaped)
    case .of("x"):
      let digits = rest.dropFirst().prefix(2).compactMap { $0.hexadecimalValue }
      guard digits.count == 2 else {
        throw UsageMistake(message: "two hexadecimal digits belong behind '\\x' in '\(text)'", hint: nil)
      }
      guard digits != [0, 0] else {
        throw UsageMistake(message: "HAProxy cannot send a NUL, as in '\(text)'", hint: nil)
      }
      bytes.append(digits[0] << 4 | digits[1])
      rest = rest.dropFirst(2)
    default:
      bytes.append(.of("\\"))
      continue
    }
    rest = rest.dropFirst()
  }
  return bytes
}

/// Writes what stands between the quotation marks: printable ASCII, whatever the bytes, of which none is 0.
func agentSendText(_ bytes: [UInt8]) -> String {
  var text: [UInt8] = []
  for byte in bytes {
    switch byte {
    case .of("\n"): text.append("\\n")
    case .of("\r"): text.append("\\r")
    case .of("\t"): text.append("\\t")
    case .of("\\"), .of("\""), .of("$"):
      text.append(.of("\\"))
      text.append(byte)
    default:
      guard !byte.isPrintable else {
        text.append(byte)
        continue
      }
      let digits = String(byte, radix: 16)
      text.append(digits.utf8.count == 1 ? "\\x0" : "\\x")
      text.append(digits)
    }
  }
  return String(decoding: text, as: UTF8.self)
}
