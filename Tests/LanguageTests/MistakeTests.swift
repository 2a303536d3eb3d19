import Diagnostics
import Foundation
import Testing

@testable import Language

/// Every mistake as its author sees it: `Tests/Fixtures/language/mistakes.txt`. A block begins with what was written, behind the
/// place where it stood and `>`; below it stands each finding with its mark. `UPDATE_GOLDEN=1` writes the file anew and fails.
@Suite struct MistakeTests {
  private static let file = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/language/mistakes.txt")

  @Test func mistakesAreExplained() throws {
    let golden = try String(contentsOf: Self.file, encoding: .utf8)
    let blocks = golden.components(separatedBy: "\n\n").map { $0.trimmingCharacters(in: .newlines) }
    let made = try blocks.map(remade)
    for (expected, found) in zip(blocks, made) where expected != found {
      Issue.record("expected:\n\(expected)\nfound:\n\(found)")
    }
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try (made.joined(separator: "\n\n") + "\n").write(to: Self.file, atomically: true, encoding: .utf8)
    }
  }

  @Test func everyCodeIsShown() throws {
    let golden = try String(contentsOf: Self.file, encoding: .utf8)
    // These need long texts, and are below.
    let elsewhere: [LanguageCode] = [.expressionTooLong, .nestedTooDeeply, .expansionTooLarge, .numberTooLarge]
    for code in LanguageCode.allCases where !elsewhere.contains(code) {
      #expect(golden.contains("\n\(code.rawValue): "), "\(code.rawValue) is not in mistakes.txt")
    }
  }

  /// The block for what a block says was written.
  private func remade(_ block: String) throws -> String {
    let header = String(block.prefix { $0 != "\n" })
    let sign = try #require(header.firstIndex(of: ">"))
    let place = String(header[..<sign])
    let text = unescaped(String(header[sign...].dropFirst(2)))
    var found: [Finding]
    switch place {
    case "": found = findings(text, .any)
    case "condition": found = findings(text, .condition)
    case "percent": found = findings(text, .percent)
    case "number": found = findings(text, .number)
    case "name": found = checkName(text, in: try makeScope()).map { [$0] } ?? []
    case "duration":
      do {
        _ = try parseDuration(text)
        found = []
      } catch {
        found = [error]
      }
    default: throw CocoaError(.formatting)
    }
    #expect(found.map { $0.range.lowerBound } == found.map { $0.range.lowerBound }.sorted())
    return ([header] + found.map { shown($0, in: text) }).joined(separator: "\n")
  }

  /// The finding, the text, a mark below it, and the hint.
  private func shown(_ finding: Finding, in text: String) -> String {
    let before = String(decoding: Array(text.utf8)[..<finding.range.lowerBound], as: UTF8.self).count
    let marked = String(decoding: Array(text.utf8)[finding.range], as: UTF8.self).count
    let mark = String(repeating: " ", count: before) + "^" + String(repeating: "~", count: max(marked - 1, 0))
    let severity = finding.severity == .warning ? "warning: " : ""
    return "\(finding.code): \(severity)\(finding.message)\n  \(escaped(text))\n  \(mark)"
      + (finding.hint.map { " \($0)" } ?? "")
  }

  /// Control characters are written `\u{1}` in the file; so are blanks that look like others.
  private func unescaped(_ text: String) -> String {
    var rest = text[...]
    var result = ""
    while let start = rest.range(of: "\\u{") {
      result += rest[..<start.lowerBound]
      let code = rest[start.upperBound...].prefix { $0 != "}" }
      result.unicodeScalars.append(Unicode.Scalar(UInt32(code, radix: 16)!)!)
      rest = rest[code.endIndex...].dropFirst()
    }
    return result + rest
  }

  private func escaped(_ text: String) -> String {
    text.unicodeScalars.map { $0.properties.isWhitespace && $0 != " " || $0.value < 32 ? "?" : String($0) }.joined()
  }

  // MARK: Limits

  /// The codes of what is wrong with a text.
  private func codes(_ text: String) -> [String] { findings(text).map { $0.code } }

  @Test func length() {
    #expect(codes(String(repeating: " ", count: longestExpression - 1) + "5") == [])
    #expect(codes(String(repeating: " ", count: longestExpression) + "5") == ["expressionTooLong"])
    #expect(codes("1" + String(repeating: "+1", count: (longestExpression - 1) / 2)) == [])
  }

  @Test(arguments: [("(", ")"), ("-", ""), ("not ", ""), ("known(", ")"), ("min(1, ", ")"), ("avg(", " over 5s)")])
  func nesting(_ sign: (open: String, close: String)) {
    let inner = sign.open == "not " ? "queue.ok" : "queue"
    func nested(_ levels: Int) -> String {
      String(repeating: sign.open, count: levels) + inner + String(repeating: sign.close, count: levels)
    }
    #expect(codes(nested(deepestNesting)) == [])
    #expect(codes(nested(deepestNesting + 1)) == ["nestedTooDeeply"])
    #expect(codes(nested(200)) == ["nestedTooDeeply"])
  }

  @Test func numbers() {
    #expect(codes(String(repeating: "9", count: 308)) == [])
    #expect(codes(String(repeating: "9", count: 309)) == ["numberTooLarge"])
    #expect(codes(String(repeating: "9", count: 308) + "k") == ["numberTooLarge"])
    #expect(codes(String(repeating: "9", count: 308) + "d1s") == ["numberTooLarge"])
    #expect(codes("0." + String(repeating: "0", count: 1000) + "1") == [])
  }

  @Test func namesWrittenOut() throws {
    // Each name twice the one before: 2^11 terms are allowed with their operators, 2^12 are not.
    var definitions = [(name: "a0", text: "queue")]
    for place in 1...30 { definitions.append(("a\(place)", "a\(place - 1) + a\(place - 1)")) }
    let scope = try makeScope(definitions)
    #expect(findings("a11", in: scope).isEmpty)
    #expect(findings("a12", in: scope).map { $0.code } == ["expansionTooLarge"])
    #expect(findings("a30 > 5 and a30 < 7", in: scope).map { $0.code } == ["expansionTooLarge"])
    // To the term: a11 is one less than may be, and a sign is one.
    #expect(findings("-a11", in: scope).isEmpty)
    #expect(findings("-(-a11)", in: scope).map { $0.code } == ["expansionTooLarge"])
  }

  /// How much of what there is a message tells.
  @Test func messagesEnd() throws {
    for beyond in [0, 1] {
      let catalogue = Catalogue([
        SourceShape(
          name: "many", argument: .none,
          metrics: (0..<mostListed + beyond).map {
            MetricShape(name: "value\($0)", kind: .number, hasWhole: false, help: "", argument: .none)
          }, help: "")
      ])
      let hint = findings("many.x", in: Scope(catalogue: catalogue)).first?.hint
      #expect(hint?.hasSuffix(".value\(mostListed - 1)\(beyond == 0 ? "" : ", ...")") == true)

      var scope = Scope(catalogue: catalogue)
      for place in 1..<mostCandidates + beyond { scope.define("n\(place)", as: try Expression(parsing: "1")) }
      scope.define("remembered", as: try Expression(parsing: "1"))
      let near = findings("rememberd", in: scope).first?.hint
      #expect((near == "did you mean 'remembered'?") == (beyond == 0))
    }
  }

  @Test func namesInNames() throws {
    var definitions = [(name: "a0", text: "queue")]
    for place in 1...2000 { definitions.append(("a\(place)", "a\(place - 1)")) }
    let scope = try makeScope(definitions)
    #expect(findings("a\(deepestNesting - 1)", in: scope).isEmpty)
    #expect(findings("a\(deepestNesting)", in: scope).map { $0.code } == ["nestedTooDeeply"])
    #expect(findings("a2000", in: scope).map { $0.code } == ["nestedTooDeeply"])
    // The same through the memory of names already looked into, and through parentheses.
    #expect(findings("a30 + -(-(a\(deepestNesting - 5)))", in: scope).isEmpty)
    #expect(
      findings("a\(deepestNesting - 1) + (a\(deepestNesting - 1))", in: scope).map { $0.code } == ["nestedTooDeeply"])
  }

  @Test func durations() throws {
    #expect(try parseDuration("366d") == .seconds(366 * 86400))
    #expect(try parseDuration("1m30s") == .seconds(90))
    #expect(try parseDuration("100ms") == .milliseconds(100))
    #expect(try parseDuration("0.5s") == .milliseconds(500))
    #expect(try parseDuration("1d2h3m4s5ms") == .milliseconds(93_784_005))
    #expect(try parseDuration("0s") == .zero)
    #expect(throws: Finding.self) { try parseDuration("366d1ms") }
  }
}
