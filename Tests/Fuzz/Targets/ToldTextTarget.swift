// Names and reasons of strangers in what is told to others: none of them ends a line or a label before its time.

import Text

@testable import Agent
@testable import Web

extension FuzzTarget {
  static let toldText = FuzzTarget(name: "told-text", largest: 2000) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    for format in [ExpositionFormat.text, .openMetrics] {
      var page = Exposition(format)
      page.begin(MetricFamily("a", .gauge, ""))
      let head = page.bytes.count
      page.sample(1, [("x", text), ("y", "")])
      let sample = page.bytes[head...]
      let (start, end) = (Array(#"a{x=""#.utf8), Array("\",y=\"\"} 1\n".utf8))
      promise(sample.starts(with: start) && sample.suffix(end.count) == end[...], "a label stays where it is")
      promise(
        unescaped(sample.dropFirst(start.count).dropLast(end.count)) == shown(text), "a label is read as its text")
    }
    var status = ManagerStatus()
    status.begin(with: text)
    _ = status.add(text, Array("50% up\n".utf8))
    status.end()
    promise(status.text.count <= ManagerStatus.mostBytes, "a status has its limit")
    promise(!status.text.contains { $0 < 0x20 || $0 == 0x7F }, "a status is one line")
    promise(String(validating: status.text, as: UTF8.self) != nil, "a status is UTF-8")
  } seeds: {
    [
      "web", "a\"} 1\nb{c=\"d", "\\", "\\\"\\n\n\r\0", "caf\u{e9} \u{1b}[31m\u{2028}\u{202e}",
      String(repeating: "\u{1f600}", count: 120),
    ].map { Array($0.utf8) }
  }

  /// A text in which what a terminal would obey is visible, but for line feeds.
  private static func shown(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      if scalar == "\n" || isHarmless(scalar.value) {
        bytes += Array(String(scalar).utf8)
      } else {
        bytes.append(visible: scalar.value)
      }
    }
    return bytes
  }

  /// As readers of both formats take a label's value; absent where it would have ended, or means nothing.
  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var text: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\n"): return nil
      case UInt8(ascii: "\\"):
        switch rest.popFirst() {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "\""): text.append(0x22)
        case UInt8(ascii: "\\"): text.append(0x5C)
        default: return nil
        }
      default: text.append(byte)
      }
    }
    return text
  }
}
