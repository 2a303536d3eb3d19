// Strangers choose texts that we repeat: names, answers, outputs, contents, requests. One daemon hears them all at their worst,
// and whatever it and its commands say is looked at byte by byte: nothing commands a terminal, and there is no line, word,
// label or member more than without them.

import Foundation
import Testing

@Suite(.serialized) struct ForgeryTests {
  /// Ends a line, begins one of the journal, clears a terminal, in two spellings, turns the direction of writing, and ends
  /// every kind of quotation.
  private static let evil = "\n<3>forged\r\u{1B}[2J\u{9B}31m\u{85}\u{202E}\u{2028}'\"} \\ # 0% maint down"

  private let folder: TemporaryFolder
  private let tree: ProcTree
  private let observed: Int
  private let agent: AgentProcess
  /// Held, since a probe asks them.
  private let servers: [WebServer]

  init() throws {
    let evil = Self.evil
    let asText = try String(decoding: JSONEncoder().encode(evil), as: UTF8.self)
    folder = try TemporaryFolder()
    tree = try ProcTree(copyOf: "6.1-single")
    // What other users choose: the name of a process, of a device, a mount point.
    let process = try tree.text(of: "proc/950/stat")
    let name = try #require(process.range(of: #"\(.*\)"#, options: .regularExpression))
    try tree.write(process.replacingCharacters(in: name, with: "(x) R 1\(evil))"), to: "proc/950/stat")
    let mounted = "/mnt/x\\012<3>forged\u{1B}[2J\u{9B}31m\u{202E}\\134"
    try tree.write(
      try tree.text(of: "proc/self/mountinfo") + "36 35 98:0 / \(mounted) rw shared:1 - ext4 /dev/sdb rw\n",
      to: "proc/self/mountinfo")
    try tree.write(
      try tree.text(of: "proc/diskstats") + "   8       0 s\u{1B}[2J\u{9B}\u{202E} 1 2 3 4 5 6 7 8 9 10 11\n",
      to: "proc/diskstats")
    // What other programs say.
    let content = try folder.write(evil + String(repeating: evil, count: 500), to: "content")
    let output = try folder.write("|'\(evil.dropFirst())'=1 " + evil, to: "output")
    let members = try WebServer(WebServer.page("{\(asText): {\(asText): \(asText)}, \"x\": \(asText)}"))
    let status = try WebServer { connection in
      connection.send("HTTP/1.1 302 \(evil.dropFirst())\nLocation: \(evil.dropFirst())\r\n\r\n")
      connection.shutDownSending()
      _ = connection.readToEnd()
    }
    servers = [members, status]
    observed = try Socket.freePort()
    // What an operator may have copied from a page. Control characters of ASCII are refused in names.
    let copied = #"q\"uote \\ \u009b31m\u0085 \u202e # 0% maint down"#
    let places = #"disk(\"sdzz\").read > 1MB/s or filesystem(\"/\u009b/\u202e\").used > 1B"#
    agent = try AgentProcess(
      rules: """
        interval: 100ms
        observe: 127.0.0.1:\(observed)
        \(tree.paths)
        metrics:
          member: {http: "http://127.0.0.1:\(members.port)/", field: /missing}
          text: {http: "http://127.0.0.1:\(members.port)/", field: /x}
          moved: {http: "http://127.0.0.1:\(status.port)/"}
          data: {exec: [/bin/cat, "\(output)"], field: missing}
          words: {exec: [/bin/sh, -c, "/bin/cat \(content); exit 2"]}
          contents: {file: "\(content)"}
        rules:
          - {name: "\(copied)", when: memory.available > 0%, reply: 50%, reason: "why \(copied)"}
          - {name: asked, when: member > 0 or text > 0 or moved > 0 or data > 0 or words > 0 or contents > 0, reply: 40%}
          - {name: processes, when: 'process("x").count > 1000', reply: 30%}
          - {name: places, when: "\(places)", reply: 20%}
        services: {plain: , web: {agent-send: web}}
        """)
  }

  /// What must not reach a terminal; of a text in lines.
  private static func foreign(in text: String) -> [String] {
    text.unicodeScalars.filter { scalar in
      switch scalar.value {
      case 0x0A: false
      case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
      default: false
      }
    }.map { "U+\(String($0.value, radix: 16))" }
  }

  private static func isMatch(_ text: some StringProtocol, _ pattern: String) -> Bool {
    text.range(of: "^(?:\(pattern))$", options: .regularExpression) != nil
  }

  /// Says bytes to the agent's port, as they are, and hears it out.
  private func say(_ bytes: [UInt8]) throws -> [UInt8] {
    let socket = try #require(try Socket.connected(to: agent.port, patience: .seconds(5)))
    #expect(write(socket.descriptor, bytes, bytes.count) == bytes.count)
    return socket.readToEnd().bytes
  }

  @Test func whatStrangersSayStaysWhatTheySay() throws {
    let reason = "why q?uote \\ ??31m?? ??? # 0% maint down"
    try agent.reply("50% up # \(reason)")
    for name in ["member", "text", "moved", "data", "words", "contents"] {
      try agent.process.line(containing: "\(name) is unknown: ")
    }
    // An agent-send that is nobody's, and no text at all.
    #expect(try say(Array("web\u{1B}[2J\u{202E}\t'".utf8) + [0xFF, 0xC3, 0x0A]) == [])
    try agent.process.line(containing: #"no answer to 'web\x1b[2J\u202e\t'"#)
    #expect(try say(Array("web\n50% down\n".utf8)) == Array("50% up # \(reason)\n".utf8))
    try operatorsWords()
    try agent.reply("what was forced") {
      $0.hasPrefix("45% up # forced by ") && $0.hasSuffix(": bad ? ??31m ??? # 0% down")
    }

    try pages()
    try commands()
    #expect(try agent.stop() == .code(0))
    try kept()
    for line in agent.process.lines {
      #expect(Self.foreign(in: line) == [], "\(line)")
      #expect(
        Self.isMatch(line, #"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} .*"#) && !line.contains("  <3>"), "\(line)")
    }
  }

  /// On the control socket, where a client of ours would not say such things.
  private func operatorsWords() throws {
    let socket = try Socket.connected(toPath: agent.control)
    // The longest reason, and one beyond.
    for count in [200, 201] { socket.send("force 45% --reason \(String(repeating: "r", count: count))\n") }
    socket.send("force 45% --reason \"\u{1B}[2J\"\nforce 45% --reason \"bad \\\" \u{9B}31m \u{202E} # 0% down\"\n")
    socket.shutDownSending()
    let lines = String(decoding: socket.readToEnd().bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 4 && lines[0].contains("\"done\":true") && lines[1].contains("at most 200 are kept"))
    #expect(lines.count == 4 && lines[2].contains("a control character in the request"), "\(lines)")
    #expect(lines.last?.contains("\"done\":true") == true, "\(lines)")
    #expect(Self.foreign(in: lines.joined(separator: "\n")) == [])
  }

  /// What is served over HTTP.
  private func pages() throws {
    for path in ["/health/web", "/load/web"] {
      let page = try PageAnswer.get(path, port: observed)
      #expect(Self.isMatch(page.body, "[ -~]+\n"), "\(page.body)")
    }
    let status = try PageAnswer.get("/status", port: observed).body
    let rules = try document(status)
    for accept in [nil, "application/openmetrics-text"] {
      let page = try PageAnswer.get("/metrics", port: observed, accept: accept).body
      #expect(Self.foreign(in: page) == [])
      let label = #"[a-z_]+="(?:[^"\\]|\\\\|\\"|\\n)*""#
      for line in page.split(separator: "\n", omittingEmptySubsequences: false).dropLast() where !line.hasPrefix("# ") {
        #expect(Self.isMatch(line, #"[a-z_]+(?:\{\#(label)(?:,\#(label))*\})? [-+.0-9a-zA-Z]+"#), "\(line)")
      }
      #expect(page.split(separator: "\n").filter { $0.hasPrefix("agentcheckd_rule_state{") }.count == 4 * rules)
      #expect(page.contains(#"q\"uote \\ \\x9b31m\\x85 \\u202e # 0% maint down"#))
    }
  }

  /// Takes the status apart, in which every rule has the same members, and returns how many rules there are.
  private func document(_ text: String) throws -> Int {
    #expect(Self.foreign(in: text) == [])
    let status = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let expected = ["balancers", "daemon", "metrics", "overrides", "rules", "services", "time", "turnedAway"]
    #expect(status.keys.filter { $0 != "done" }.sorted() == expected)
    for list in ["metrics", "rules", "services"] {
      let elements = try #require(status[list] as? [[String: Any]])
      #expect(Set(elements.map { $0.keys.sorted() }).count == 1, "\(list)")
    }
    return try #require(status["rules"] as? [Any]).count
  }

  /// What commands print, for terminals of both kinds.
  private func commands() throws {
    let wrong = try folder.write(
      "rules:\n  - {name: \"a\\e[2J\\nb\", when: \"cpu.\\e[2J < 1\", reply: \"5\\u202e%\"}\n  - {\u{202E}: \u{85}\n",
      to: "wrong\u{1B}[2J\n\u{202E}.yaml")
    let control = ["--control", agent.control]
    let runs: [([String], Int32)] = [
      (["status"] + control, 0), (["status", "--json"] + control, 0), (["history"] + control, 0),
      (["history", "--json"] + control, 0), (["explain", agent.ruleFile], 0),
      (["explain", "--json", agent.ruleFile], 0),
      (["check", agent.ruleFile], 0), (["check", "--print", agent.ruleFile], 0), (["haproxy", agent.ruleFile], 0),
      (["probe", "127.0.0.1:\(agent.port)"], 0), (["metrics", "mem\u{1B}[2J\u{202E}"], 1), (["check", wrong], 1),
      (["check\u{1B}[2J"], 2), (["reload"] + control, 0), (["release"] + control, 0),
    ]
    for (arguments, code) in runs {
      for locale in ["C.UTF-8", "C"] {
        let run = try CommandRun(arguments, environment: ["LC_ALL": locale])
        #expect(Self.foreign(in: run.output + run.errors) == [], "\(arguments)")
        // Nothing is there to be released a second time.
        if arguments[0] != "release" { #expect(run.status == .code(code), "\(arguments): \(run.errors)") }
        if arguments.contains("--json"), arguments[0] == "status" { _ = try document(run.output) }
      }
    }
    // What is written anew means the same.
    let printed = try CommandRun("check", "--print", agent.ruleFile).output
    let again = try folder.write(printed, to: "again.yaml")
    #expect(try CommandRun("check", "--print", again).output == printed)
  }

  /// What lies in the state folder.
  private func kept() throws {
    let known: Set = [
      "number", "time", "event", "service", "line", "was", "because", "text", "of", "fetches", "first", "last",
    ]
    let history = try String(contentsOfFile: "\(agent.folder.path)/history", encoding: .utf8)
    #expect(Self.foreign(in: history) == [])
    var numbers: [Int] = []
    for line in history.split(separator: "\n") {
      #expect(Self.isMatch(line, #"[0-9a-f]{8} \{.*\}"#), "\(line)")
      let record = try #require(try JSONSerialization.jsonObject(with: Data(line.dropFirst(9).utf8)) as? [String: Any])
      #expect(known.isSuperset(of: record.keys), "\(line)")
      numbers.append(try #require(record["number"] as? Int))
    }
    #expect(numbers == Array(1...numbers.count))
  }
}
