import Kernel
import TestSupport
import Testing

@testable import Agent

private let verbs = [
  ControlVerb("status", changes: false) { _, _ in },
  ControlVerb(
    "force", changes: true, 1...2, options: [ControlOption("service"), ControlOption("wait", takesValue: false)]
  ) { _, _ in },
]

private func words(_ line: String) throws -> [String] {
  let bytes = Array(line.utf8)
  return try ControlRequest.words(bytes.span)
}

private func request(_ line: [UInt8]) throws -> ControlRequest { try ControlRequest(line.span, among: verbs) }

@Suite struct ControlRequestTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let line: String
    let words: [String]
    var testDescription: String { line }
    init(_ line: String, _ words: [String]) { (self.line, self.words) = (line, words) }
  }

  @Test(arguments: [
    Row("", []),
    Row(" \t ", []),
    Row("status", ["status"]),
    Row("  force\t0%  ", ["force", "0%"]),
    Row(#"--reason "bad disk""#, ["--reason", "bad disk"]),
    Row(#"--reason="bad disk" x"#, ["--reason=bad disk", "x"]),
    Row(#""""#, [""]),
    Row(#"a"b"c"#, ["abc"]),
    Row(#""a \"b\" \\c""#, [#"a "b" \c"#]),
    Row(#"a\b"#, [#"a\b"#]),
    Row("Grüße", ["Grüße"]),
  ])
  func wordsAreTakenApart(_ row: Row) throws { #expect(try words(row.line) == row.words) }

  @Test(arguments: [
    (#"force "0%"#, "the request ends within quotes"),
    (#""a\n""#, #"'\' in quotes stands before '"' or '\' only"#),
    (#""a\"#, #"'\' in quotes stands before '"' or '\' only"#),
    ("sta\0tus", "a control character in the request"),
    ("\u{1B}[2J", "a control character in the request"),
    ("status\r", "a control character in the request"),
    (String(repeating: "a ", count: 65), "more than 64 words"),
    (String(repeating: " a", count: 65), "more than 64 words"),
  ])
  func linesThatAreNone(_ line: String, _ message: String) {
    #expect { try words(line) } throws: { ($0 as? ControlMistake)?.message == message }
  }

  @Test func theLimitsThemselvesAreAllowed() throws {
    for text in ["a ", " a"] {
      #expect(try words(String(repeating: text, count: ControlRequest.mostWords)).count == ControlRequest.mostWords)
    }
    let line = { (count: Int) in Array("status".utf8) + [UInt8](repeating: 0x20, count: count - 6) }
    #expect(try request(line(ControlRequest.longestLine)).verb.name == "status")
    #expect(throws: ControlMistake("a request has at most 4096 bytes")) {
      try request(line(ControlRequest.longestLine + 1))
    }
    let force = { (count: Int) in
      let line = Array(("force" + String(repeating: " up", count: count)).utf8)
      return try ControlRequest(line.span, among: [.force]).operands.count
    }
    #expect(try force(ControlVerb.mostForcedWords) == ControlVerb.mostForcedWords)
    #expect(throws: ControlMistake("'force' does not know what to do with 'up'")) {
      try force(ControlVerb.mostForcedWords + 1)
    }
  }

  @Test func bytesThatAreNoTextAreRefused() {
    for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] {
      #expect(throws: ControlMistake("a word that is not UTF-8")) { try ControlRequest.words(bytes.span) }
    }
  }

  @Test func optionsAreToldFromOperands() throws {
    for line in ["force 0% --service web --wait", "force --service=web --wait 0%", "force --wait --service web -- 0%"] {
      let request = try request(Array(line.utf8))
      #expect(request.verb.name == "force")
      #expect(request.operands == ["0%"])
      #expect(request["service"] == "web")
      #expect(request.has("wait") && !request.has("service2"))
    }
    #expect(try request(Array("force -- --wait".utf8)).operands == ["--wait"])
    #expect(try request(Array("force --service --wait x".utf8))["service"] == "--wait")
    #expect(try request(Array("force --service= x".utf8))["service"] == "")
  }

  @Test(arguments: [
    ("", "an empty request", "write one of: status, force"),
    ("sttus", "unknown request 'sttus'", "did you mean 'status'?"),
    ("drop", "unknown request 'drop'", "write one of: status, force"),
    ("force", "'force' needs more to work with", nil),
    ("status now", "'status' does not know what to do with 'now'", nil),
    ("force a b c", "'force' does not know what to do with 'c'", nil),
    ("force a --servic web", "'force' has no option '--servic'", "did you mean '--service'?"),
    ("force a --wait=yes", "option '--wait' takes no value", nil),
    ("force a --service", "option '--service' needs a value", nil),
    ("force a --=", "'force' has no option '--'", nil),
  ])
  func requestsThatMakeNoSense(_ line: String, _ message: String, _ hint: String?) {
    #expect(throws: ControlMistake(message, hint: hint)) { try request(Array(line.utf8)) }
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    var generator = SeededGenerator(seed: 6)
    let letters = Array(#" a"\-="#) + ["ü", "\t"]
    for _ in 0..<2000 {
      let words = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        String((0..<Int.random(in: 0...6, using: &generator)).map { _ in letters.randomElement(using: &generator)! })
      }.filter { !$0.contains("\t") }
      let line = ControlRequest.line(of: words)
      #expect(line.last == 0x0A)
      #expect(try ControlRequest.words(line.span.extracting(0..<(line.count - 1))) == words)
    }
  }
}

@Suite struct ControlRightsTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let peer: PeerCredentials
    let mayChange: Bool
    init(_ text: String, _ user: Int, _ group: Int, _ others: [Int], _ mayChange: Bool) {
      testDescription = text
      peer = PeerCredentials(process: 1, user: user, group: group, otherGroups: others)
      self.mayChange = mayChange
    }
  }

  @Test(arguments: [
    Row("root", 0, 0, [], true),
    Row("the daemon's user", 998, 5, [], true),
    Row("a stranger", 1000, 1000, [], false),
    Row("one of root's group only", 1000, 0, [], false),
    Row("whose group it is", 1000, 50, [], true),
    Row("a member of the group", 1000, 1000, [4, 50], true),
    Row("a member of other groups", 1000, 1000, [4, 51], false),
  ])
  func whoMayChange(_ row: Row) {
    let rights = ControlRights(owner: 998, groupName: "operators", group: 50)
    #expect(rights.mayChange(row.peer) == row.mayChange)
  }

  @Test func aGroupWhoseNumberIsNotKnownHasNoRights() {
    let rights = ControlRights(owner: 998, groupName: "operators", group: nil)
    #expect(!rights.mayChange(PeerCredentials(process: 1, user: 1000, group: 50)))
  }

  @Test func theRefusalNamesThem() {
    #expect(ControlRights(owner: 0).description == "root")
    #expect(ControlRights(owner: 998).description == "root or user 998, who runs the daemon")
    #expect(
      ControlRights(owner: 998, groupName: "ops", group: 4).description
        == "root, user 998, who runs the daemon or group 'ops'")
    #expect(
      ControlRights(owner: 0, groupName: "ops").description == "root or group 'ops', which is not known at present")
  }
}
