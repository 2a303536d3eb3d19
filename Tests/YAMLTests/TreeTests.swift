import Diagnostics
import Testing

@testable import YAML

/// A text as a source.
func source(_ text: String) -> Source { Source(name: "f", bytes: Array(text.utf8)) }

/// A tree in one line: `{a: "b", c: ["d"]}`; `!` behind what is broken, `-` for a value that is not there.
func outline(_ node: Node?) -> String {
  guard let node else { return "nothing" }
  let broken = node.isBroken ? "!" : ""
  switch node.content {
  case .scalar(let scalar): return (scalar.isEmpty ? "-" : scalar.text.debugDescription) + broken
  case .sequence(let items): return "[" + items.map { outline($0) }.joined(separator: ", ") + "]" + broken
  case .mapping(let entries):
    return "{" + entries.map { outline($0.key) + ": " + outline($0.value) }.joined(separator: ", ") + "}" + broken
  }
}

/// Every node of a tree.
func nodes(_ node: Node?) -> [Node] {
  guard let node else { return [] }
  switch node.content {
  case .scalar: return [node]
  case .sequence(let items): return [node] + items.flatMap { nodes($0) }
  case .mapping(let entries): return [node] + entries.flatMap { nodes($0.key) + nodes($0.value) }
  }
}

@Suite struct TreeTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let tree: String
    /// The bytes of each node, from the root down.
    let places: [String]?
    var testDescription: String { text }
    init(_ text: String, _ tree: String, _ places: [String]? = nil) {
      (self.text, self.tree, self.places) = (text, tree, places)
    }
  }

  static let rows = [
    Row("a: b", #"{"a": "b"}"#, ["a: b", "a", "b"]),
    Row("a:\nb:   # c\n", #"{"a": -, "b": -}"#, ["a:\nb:", "a", "", "b", ""]),
    Row("a:\n  - b\n  -\n\n# c\n", #"{"a": ["b", -]}"#, ["a:\n  - b\n  -", "a", "- b\n  -", "b", ""]),
    Row(
      "- a\n- [b, {c: d}]\n", #"["a", ["b", {"c": "d"}]]"#,
      [
        "- a\n- [b, {c: d}]", "a", "[b, {c: d}]", "b", "{c: d}", "c", "d",
      ]),
    Row(
      "a: {}\nb: []\nc: ''\n", #"{"a": {}, "b": [], "c": ""}"#,
      [
        "a: {}\nb: []\nc: ''", "a", "{}", "b", "[]", "c", "''",
      ]),
    Row("a: b\n c\n\n d\n", #"{"a": "b c\nd"}"#, ["a: b\n c\n\n d", "a", "b\n c\n\n d"]),
    Row(
      "a: |\n  b\n  c\nd: >-\n  e\n  f\n", #"{"a": "b\nc\n", "d": "e f"}"#,
      [
        "a: |\n  b\n  c\nd: >-\n  e\n  f", "a", "|\n  b\n  c", "d", ">-\n  e\n  f",
      ]),
    Row("\u{FEFF}ä: ö\r\nü: ß\r\n", #"{"ä": "ö", "ü": "ß"}"#, ["ä: ö\r\nü: ß", "ä", "ö", "ü", "ß"]),
    Row("a: 😀\rb: c\r", #"{"a": "😀", "b": "c"}"#, ["a: 😀\rb: c", "a", "😀", "b", "c"]),
    Row("---\na: b\n...\n# c\n", #"{"a": "b"}"#, ["a: b", "a", "b"]),
    Row("no: [yes, 0x10, 1:30, 2026-01-01, ~, null]", #"{"no": ["yes", "0x10", "1:30", "2026-01-01", "~", "null"]}"#),
    Row("<<: a\n=: b", #"{"<<": "a", "=": "b"}"#),
    // An alias and all that it brings stand where the alias stands; an anchor belongs to no range.
    Row(
      "a: &x {b: c}\nd: *x\n", #"{"a": {"b": "c"}, "d": {"b": "c"}}"#,
      [
        "a: &x {b: c}\nd: *x", "a", "{b: c}", "b", "c", "d", "*x", "*x", "*x",
      ]),
    Row("a: &x # c\n  b: c\n", #"{"a": {"b": "c"}}"#, ["a: &x # c\n  b: c", "a", "b: c", "b", "c"]),
    Row(
      "a: &x\nb: [&y , *x]\nc: d\n", #"{"a": -, "b": [-, -], "c": "d"}"#,
      [
        "a: &x\nb: [&y , *x]\nc: d", "a", "", "b", "[&y , *x]", "", "*x", "c", "d",
      ]),
    Row("&k a: &v b\n*k : c", #"{"a": "b"}"#, nil),
    Row("a: &x b\nc: &x d\ne: *x", #"{"a": "b", "c": "d", "e": "d"}"#),
    Row("? a\n: b", #"{"a": "b"}"#),
    Row("{a, b: c}", #"{"b": "c"}!"#),
    Row(
      "{a: min(b, c), d: e}", #"{"a": "min(b, c)", "d": "e"}"#,
      [
        "{a: min(b, c), d: e}", "a", "min(b, c)", "d", "e",
      ]),
    Row("{a: min(b, c), d: max(b, c)}", #"{"a": "min(b, c)", "d": "max(b, c)"}"#),
    Row("a: !b\nc: !d [e]\n", #"{"a": -!, "c": ["e"]!}"#),
    Row("a: *b\n*c : d\n", #"{"a": "*b"!}!"#),
    Row("a: b\nc: d\na: e\n", #"{"a": "b", "c": "d"}"#),
    Row("[a]: b\nc: d\n", #"{"c": "d"}!"#),
    // What was read before a syntax error stays, and what it cut off is broken.
    Row("a:\n  - b: c\n    d: e\n  - f: g\n    h: i: j\n", #"{"a": [{"b": "c", "d": "e"}, {"f": "g", "h": "i"!}!]!}!"#),
    Row("a:\n  - b: c\n    d: [e, {f: g}, \n", #"{"a": [{"b": "c", "d": ["e", {"f": "g"}]!}!]!}!"#),
    Row("a: b\n---\nc: d\n", #"{"a": "b"}"#),
    Row("\"a", "nothing"),
    Row("# a", "nothing"),
    Row("a", #""a""#),
  ]

  @Test(arguments: rows) func treesKnowTheirPlaces(_ row: Row) {
    let source = source(row.text)
    let root = parse(source).root
    #expect(outline(root) == row.tree)
    if let places = row.places { #expect(nodes(root).map { source.text($0.range) } == places) }
  }

  @Test(arguments: [
    ("name: disk #1\nreply: down  # disk full\nwhy: # all\n", ["#1", "# disk full", "# all"]),
    ("a: b#c\nd: 'e' # f\n# g\nh: i\n# j\n", []),
    ("a: [b, c # d\n  , e] # f\n", ["# d"]),
    ("a: b c\n  d # e\n", ["# e"]),
    ("a: \t # é\r\nb: c", ["# é"]),
  ]) func commentsBehindPlainTextsAreKept(text: String, expected: [String]) {
    let source = source(text)
    var comments: [String] = []
    for node in nodes(parse(source).root) {
      if case .scalar(let scalar) = node.content, let comment = scalar.comment { comments.append(source.text(comment)) }
    }
    #expect(comments == expected)
  }

  @Test(arguments: [
    (
      "{\"a\":1,\"b\":[true,null,-1.5e3],\"c\":{\"d\":\"\"}}",
      #"{"a": "1", "b": ["true", "null", "-1.5e3"], "c": {"d": ""}}"#
    ),
    ("{\n\t\"a\" : \"\\u00e9\\n\\t\\/\\\\\\\"\",\n\t\"b\": [ ]\n}\n", #"{"a": "é\n\t/\\\"", "b": []}"#),
    ("[{\"a\":{}},\"x:y, z # [w]\"]", #"[{"a": {}}, "x:y, z # [w]"]"#),
    ("{\"checks\":[{\"name\":\"db\",\"ok\":false}]}", #"{"checks": [{"name": "db", "ok": "false"}]}"#),
    ("\"a\\u0000b\"", #""a\0b""#),
    ("17", #""17""#),
  ]) func jsonIsYAML(text: String, tree: String) {
    let result = parse(source(text))
    #expect(result.findings.isEmpty)
    #expect(outline(result.root) == tree)
  }
}
