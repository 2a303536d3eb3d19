import Diagnostics
import Testing

@testable import YAML

/// Each thing that libyaml 0.2.5 can say (scanner.c, parser.c), with a file that makes it say so: all of them have a
/// sentence of ours. What its reader can say is said before it sees the file.
@Suite struct SyntaxTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let problem: String
    let text: String
    let code: YAMLCode
    var testDescription: String { problem + " " + text }
    init(_ problem: String, _ text: String, _ code: YAMLCode) {
      (self.problem, self.text, self.code) = (problem, text, code)
    }
  }

  static let rows = [
    // Tokens.
    Row("found character that cannot start any token", "a: @b", .reservedCharacter),
    Row("found character that cannot start any token", "-\ta: b", .tabIndentation),
    Row("could not find expected ':'", "a: b\nc\nd: e", .missingColon),
    Row("could not find expected ':'", "a: b\nc:d\ne: f", .missingBlank),
    Row("could not find expected ':'", "a: b\n" + String(repeating: "k", count: 1025) + ": c", .longKey),
    Row("could not find expected ':'", "a: b\n\"c\nd\": e", .unclosedQuote),
    Row("block sequence entries are not allowed in this context", "a: - b", .listBehindKey),
    Row("mapping keys are not allowed in this context", "a: ? b", .explicitKey),
    Row("mapping values are not allowed in this context", "a: b: c", .colonInValue),
    Row("mapping values are not allowed in this context", "a: b\n c: d", .wrongIndentation),
    Row("mapping values are not allowed in this context", "a b\nc: d", .missingColon),
    // Directives.
    Row("could not find expected directive name", "% a\n---\n", .directive),
    Row("found unexpected non-alphabetical character", "%YAML! 1.1\n---\n", .directive),
    Row("found unknown directive name", "%a b\n---\n", .directive),
    Row("did not find expected comment or line break", "%YAML 1.1 a\n---\n", .directive),
    Row("found extremely long version number", "%YAML 1234567890.1\n---\n", .directive),
    Row("did not find expected version number", "%YAML a\n---\n", .directive),
    Row("did not find expected digit or '.' character", "%YAML 1 1\n---\n", .directive),
    Row("did not find expected whitespace", "%TAG !a!b c\n---\n", .directive),
    Row("did not find expected '!'", "%TAG a b\n---\n", .directive),
    Row("did not find expected tag URI", "%TAG ! \n---\n", .directive),
    Row("did not find expected whitespace or line break", "%TAG ! a{\n---\n", .directive),
    Row("found duplicate %YAML directive", "%YAML 1.1\n%YAML 1.1\n---\n", .directive),
    Row("found incompatible YAML document", "%YAML 2.1\n---\n", .directive),
    Row("found duplicate %TAG directive", "%TAG ! a\n%TAG ! a\n---\n", .directive),
    Row("did not find expected <document start>", "%YAML 1.1\na: b", .directive),
    Row("did not find expected <document start>", "[a]\nb", .textAfterEnd),
    // Anchors, aliases, tags.
    Row("did not find expected alphabetic or numeric character", "a: *.b", .aliasName),
    Row("did not find expected alphabetic or numeric character", "a: & b", .anchorName),
    Row("did not find expected whitespace or line break", "a: !b{", .tag),
    Row("did not find expected tag URI", "a: !<> b", .tag),
    Row("did not find the expected '>'", "a: !<b", .tag),
    Row("did not find URI escaped octet", "a: !%zz", .tag),
    Row("found an incorrect leading UTF-8 octet", "a: !%ff", .tag),
    Row("found an incorrect trailing UTF-8 octet", "a: !%c3%c3", .tag),
    Row("found undefined tag handle", "a: !b!c d", .tag),
    // Texts.
    Row("found an indentation indicator equal to 0", "a: |0\n b", .blockHeader),
    Row("found an indentation indicator equal to 0", "a: |-0\n b", .blockHeader),
    Row("did not find expected comment or line break", "a: > b", .blockHeader),
    Row("found a tab character where an indentation space is expected", "a: |\n\tb", .tabIndentation),
    Row("found a tab character that violates indentation", "a:\n  b: c\n\td: e", .tabIndentation),
    Row("found unexpected document indicator", "a: \"b\n---\nc\"", .unclosedQuote),
    Row("found unexpected end of stream", "a: 'b", .unclosedQuote),
    Row("found unknown escape character", "a: \"\\y\"", .escape),
    Row("did not find expected hexdecimal number", "a: \"\\u12\"", .escape),
    Row("found invalid Unicode character escape code", "a: \"\\U00110000\"", .escape),
    // Structure.
    Row("did not find expected node content", "a: ]", .reservedCharacter),
    Row("did not find expected node content", "a: [b, , c]", .emptyItem),
    Row("did not find expected node content", "a: [::1]", .leadingColon),
    Row("did not find expected node content", "a: [", .unclosedBracket),
    Row("did not find expected '-' indicator", "a:\n - b\n c: d", .missingDash),
    Row("did not find expected '-' indicator", "a:\n  - b: c\n   - d", .wrongIndentation),
    Row("mapping values are not allowed in this context", "- b\n - c: d", .wrongIndentation),
    Row("did not find expected key", "a: &b *c", .anchorName),
    Row("did not find expected key", "a: &b &c d", .anchorName),
    Row("did not find expected key", "*b c: d", .textAfterAlias),
    Row("did not find expected key", "'' c: d", .textAfterQuote),
    Row("did not find expected key", "a: \":1, \"::2\"", .textAfterQuote),
    Row("did not find expected '-' indicator", "- 'a']", .textAfterQuote),
    Row("did not find expected key", "a: 'b' c", .textAfterQuote),
    Row("did not find expected key", "a: [b] c", .textAfterBracket),
    Row("did not find expected key", "x: &b y\na: *b c", .textAfterAlias),
    Row("did not find expected key", "a: b\n: c", .missingKey),
    Row("did not find expected key", "a: b\n- c", .itemAmongKeys),
    Row("did not find expected key", "a:\n  b: c\n d: e", .wrongIndentation),
    Row("did not find expected ',' or ']'", "a: [b\nc: d", .unclosedBracket),
    Row("did not find expected ',' or ']'", "a: [b}", .wrongBracket),
    Row("did not find expected ',' or ']'", "a: [\"b\" c]", .textAfterQuote),
    Row("did not find expected ',' or ']'", "a: [[b] c]", .missingComma),
    Row("did not find expected ',' or '}'", "a: {b: c]", .wrongBracket),
    Row("did not find expected ',' or '}'", "a: {b: c: d}", .colonInValue),
    Row("did not find expected ',' or '}'", "{\"a\": b\n  \"c\": d}", .missingComma),
    Row("did not find expected ',' or '}'", "{\"\(String(repeating: "k", count: 1025))\": 1}", .longKey),
  ]

  @Test(arguments: rows) func everyProblemHasASentence(_ row: Row) {
    let source = source(row.text)
    #expect(Self.problem(source) == row.problem)
    #expect(parse(source).findings.last?.code == row.code.rawValue)
  }

  /// What libyaml says about a file.
  static func problem(_ source: Source) -> String {
    source.bytes.withUnsafeBufferPointer { bytes in
      var reader = EventReader(bytes, from: 0, lines: source.lines)
      while true {
        do throws(SyntaxError) {
          if case .streamEnd = try reader.next() { return "" }
        } catch {
          return error.problem
        }
      }
    }
  }

  private static func shown(_ problem: String, _ context: String = "") -> String {
    let source = source("a: b\n")
    let error = SyntaxError(problem: problem, place: 3, context: context, contextPlace: 0)
    let finding = SyntaxMistake(error: error, source: source, bracket: nil, lastScalar: nil).finding()
    return render(Diagnostic(finding, in: source), colour: false)
  }

  @Test func whatIsNotKnownIsShownAsItIs() {
    #expect(
      Self.shown("found a cat", "while scanning a dog") == """
        f:1:4: error: not YAML: found a cat while scanning a dog
          1 | a: b
            |    ^ quote the value if it is a text

        """)
  }

  @Test func withoutMemoryThereIsNothingToSay() {
    #expect(Self.shown("") == "f:1:4: error: out of memory\n  1 | a: b\n    |    ^\n")
  }

  @Test func aKeyThatIsTooLongIsToldSo() {
    let key = String(repeating: "k", count: 1025)
    let source = source("a: b\n\(key): c\n")
    let window = String(repeating: "k", count: 160)
    #expect(
      parse(source).findings.map { render(Diagnostic($0, in: source), colour: false) } == [
        "f:2:1: error: a key and its ':' have to stand on one line, within 1024 characters\n"
          + "  2 | \(window)...\n    | ^\(window.dropFirst().map { _ in "~" }.joined())\n"
      ])
  }
}
