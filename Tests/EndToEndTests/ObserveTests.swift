// Watching the daemon over HTTP, by those who do: Prometheus, HAProxy, and people who mean harm.

import Foundation
import Testing

@Suite(.serialized) struct ObserveTests {
  /// A host that is as busy as its test wants, for rules about `cpu.idle`.
  private static let names = "quo\"te \\ back \u{e9}"

  private static func rules(observe port: Int, more: String = "", reply: String = "50%") -> String {
    """
    interval: 100ms
    observe: 127.0.0.1:\(port)
    \(more)
    rules:
      - name: 'quo"te \\ back \u{e9}'
        when: cpu.idle <= 100% and memory.available > 1k and filesystem("/").size > 0
        reply: \(reply)
      - name: never
        when: pressure.cpu.some > 1000%
        reply: maxconn:3
    default: maxconn:10
    """
  }

  /// What the reference implementation of a format makes of a page: values by name and labels.
  private static func samples(_ page: String, _ format: String) throws -> [String: Double] {
    let output = try run("/usr/bin/python3", [repository + "/Tests/Tools/expositions.py", format], reading: page)
    var samples: [String: Double] = [:]
    for line in output.split(separator: "\n") {
      let sample = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any] ?? []
      guard sample.count == 3, let name = sample[0] as? String, let labels = sample[1] as? [String: String] else {
        throw Failure("no sample: \(line)")
      }
      let key = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
      samples[key.isEmpty ? name : "\(name){\(key)}"] = sample[2] as? Double
    }
    return samples
  }

  /// Runs a program that reads a page, and returns what it says. It has to end with success.
  private static func run(_ program: String, _ arguments: [String], reading page: String) throws -> String {
    let folder = try TemporaryFolder()
    let file = try folder.write(page, to: "page")
    let process = try ChildProcess(
      "/bin/sh", ["-c", #"exec "$@" <"$0" >"$0.out" 2>&1"#, file, program] + arguments)
    let exit = try process.exit(within: .seconds(30))
    let said = (try? String(contentsOfFile: file + ".out", encoding: .utf8)) ?? ""
    guard exit == .code(0) else { throw Failure("\(program) \(arguments): \(said)") }
    return said
  }

  @Test func bothFormatsAreCleanAndSayTheSame() throws {
    let port = try Socket.freePort()
    let agent = try AgentProcess(rules: Self.rules(observe: port))
    try agent.process.line(containing: "50% maxconn:10 up")
    #expect(try Probe(port: agent.port).isClean)
    #expect(try Probe(port: agent.port).isClean)

    let text = try PageAnswer.get("/metrics", port: port)
    #expect(text.status == 200 && text.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    #expect(try Self.run("/usr/bin/promtool", ["check", "metrics"], reading: text.body) == "")
    let open = try PageAnswer.get("/metrics", port: port, accept: "application/openmetrics-text; version=1.0.0")
    #expect(open.fields["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")

    let samples = try Self.samples(open.body, "openmetrics")
    #expect(try Set(Self.samples(text.body, "text").keys) == Set(samples.keys))
    let rule = "rule=\(Self.names),service="
    for (key, value) in [
      ("agentcheckd_probes_total{service=default}", 2.0), ("agentcheckd_probe_duration_seconds_count", 2),
      ("agentcheckd_rule_state{agentcheckd_rule_state=active,\(rule)}", 1),
      ("agentcheckd_rule_state{agentcheckd_rule_state=inactive,\(rule)}", 0),
      ("agentcheckd_rule_state{agentcheckd_rule_state=inactive,rule=never,service=}", 1),
      ("agentcheckd_metric_unknown{metric=filesystem(\"/\").size,unit=bytes}", 0),
      ("agentcheckd_reply_weight_ratio{service=default}", 0.5), ("agentcheckd_reply_maxconn{service=default}", 10),
      ("agentcheckd_reply_health{agentcheckd_reply_health=up,service=default}", 1),
      ("agentcheckd_reply_administrative{agentcheckd_reply_administrative=drain,service=default}", 0),
      ("agentcheckd_balancer_probes_total{balancer=127.0.0.1,place=127.0.0.1:\(agent.port),service=default}", 2),
      (
        "agentcheckd_balancer_told_weight_ratio{balancer=127.0.0.1,place=127.0.0.1:\(agent.port),service=default}", 0.5
      ),
      ("agentcheckd_http_requests_total{code=200}", 1), ("agentcheckd_last_reload_successful", 1),
      ("agentcheckd_state_write_failing", 0),
      ("agentcheckd_balancer_turned_away{balancer=127.0.0.1,place=127.0.0.1:\(agent.port),service=default}", 0),
    ] { #expect(samples[key] == value, "\(key)") }
    let idle = try #require(samples["agentcheckd_metric_value{metric=cpu.idle,unit=ratio}"])
    #expect((0...1).contains(idle))
    let last = try #require(samples["agentcheckd_last_sample_timestamp_seconds"])
    #expect(abs(Date().timeIntervalSince1970 - last) < 60)

    // The other pages, and what there is none of.
    #expect(try PageAnswer.get("/", port: port).body.contains("/metrics"))
    #expect(try PageAnswer.get("/health", port: port).body == "ok\n")
    let status = try PageAnswer.get("/status", port: port)
    #expect(status.fields["content-type"] == "application/json")
    #expect(try JSONSerialization.jsonObject(with: Data(status.body.utf8)) is [String: Any])
    #expect(try PageAnswer.get("/load", port: port).body == "50\n")
    #expect(try PageAnswer.get("/load/default", port: port).body == "50\n")
    #expect(try PageAnswer.get("/health/default", port: port).body.hasPrefix("50% maxconn:10 up # quo?te"))
    for path in ["/nothing", "/load/nobody", "/health/", "/metrics/", "/../etc/passwd"] {
      #expect(try PageAnswer.get(path, port: port).status == 404, "\(path)")
    }
    let head = try PageAnswer.all(
      "HEAD /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", port: port, isHead: true)
    #expect(head.count == 1 && head[0].status == 200 && Int(head[0].fields["content-length"] ?? "") ?? 0 > 1000)
    let put = try PageAnswer.all("PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", port: port)
    #expect(put.map { $0.status } == [405] && put[0].fields["allow"] == "GET, HEAD")
  }

  /// Whatever rules, files and strangers call themselves: no name ends a label, or writes a line of its own.
  @Test func noNameForgesASample() throws {
    let port = try Socket.freePort()
    let server = try WebServer(WebServer.page("1\"} 1\nforged 1\n", head: "Location: \"} 1\r\n"))
    let names = [
      #"a"} 1"#, #"\"#, #"\" \\ \n"#, "# EOF", "# TYPE forged gauge", #"x",rule="never"#, "\\u{e9}\u{e9}{}=,",
    ]
    let process = #"process("x'} 1 \\n\").count"#
    let rules = names.map { "  - {name: '\($0)', when: '\(process.replacingOccurrences(of: "'", with: "''")) >= 0'}" }
    let agent = try AgentProcess(
      rules: """
        interval: 100ms
        observe: 127.0.0.1:\(port)
        metrics:
          page: {http: "http://127.0.0.1:\(server.port)/", expect: forged}
        rules:
        \(rules.map { $0.dropLast() + ", reply: up}" }.joined(separator: "\n"))
          - {name: page, when: not known(page), reply: 50%}
        """)
    try agent.process.line(containing: "page is unknown")
    let text = try PageAnswer.get("/metrics", port: port).body
    #expect(try Self.run("/usr/bin/promtool", ["check", "metrics"], reading: text) == "")
    let open = try PageAnswer.get("/metrics", port: port, accept: "application/openmetrics-text").body
    for (page, format) in [(text, "text"), (open, "openmetrics")] {
      let samples = try Self.samples(page, format)
      #expect(samples.count == page.split(separator: "\n").count { !$0.hasPrefix("# ") })
      #expect(samples.keys.allSatisfy { $0.hasPrefix("agentcheckd_") || $0 == "process_start_time_seconds" })
      let states = samples.keys.filter { $0.hasPrefix("agentcheckd_rule_state{agentcheckd_rule_state=active,") }
      let wanted = (names + ["page"]).map {
        "agentcheckd_rule_state{agentcheckd_rule_state=active,rule=\($0),service=}"
      }
      #expect(Set(states) == Set(wanted))
      for metric in [process, "page"] {
        #expect(samples["agentcheckd_metric_unknown{metric=\(metric),unit=}"] != nil, "\(metric)")
      }
    }
    let status = try PageAnswer.get("/status", port: port).body
    #expect(try JSONSerialization.jsonObject(with: Data(status.utf8)) is [String: Any])
  }

  /// Ten thousand rules: the page is some megabytes, comes in pieces, and is whole. Old clients get it up to the end.
  @Test func aLongPageComesInPieces() throws {
    let port = try Socket.freePort()
    let many = (0..<10_000).map { "  - {name: rule \($0), when: cpu.idle < \($0 % 100)%, reply: 50%}" }
    let agent = try AgentProcess(rules: "observe: 127.0.0.1:\(port)\nrules:\n\(many.joined(separator: "\n"))")
    _ = try agent.firstReply(within: .seconds(30))
    let prober = ContinuousProber(port: agent.port)
    let pages = try (0..<3).map { _ in try PageAnswer.get("/metrics", port: port) }
    let seen = try prober.stop()
    for page in pages {
      #expect(page.cameInPieces)
      #expect(page.body.split(separator: "\n").count { $0.hasPrefix("agentcheckd_rule_state{") } == 40_000)
      #expect(page.body.hasSuffix("agentcheckd_http_connections_evicted_total 0\n"))
    }
    #expect(seen.failures == [] && seen.slowest < .seconds(1))
    let old = try PageAnswer.all("GET /metrics HTTP/1.0\r\n\r\n", port: port, piece: 1)
    #expect(old.count == 1 && !old[0].cameInPieces)
    #expect(old[0].body.hasSuffix("agentcheckd_http_connections_evicted_total 0\n"))
  }

  /// A thousand connections that say nothing, half of something, or something else than HTTP, and never read.
  @Test func hostileConnectionsDelayNoProbe() throws {
    try allowDescriptors(3_000)
    let port = try Socket.freePort()
    let agent = try AgentProcess(rules: Self.rules(observe: port))
    _ = try agent.firstReply()
    let prober = ContinuousProber(port: agent.port)
    let sayings = [
      "", "GET /met", "GET /metrics HTTP/1.1\r\nHost: a\r\n", "\u{16}\u{3}\u{1}\u{2}", "\r\n\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n" + String(repeating: "x", count: 10_000),
      String(repeating: "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", count: 200),
    ]
    let crowd = try (0..<1_000).map { number in
      let socket = try Socket.connected(to: port, patience: .seconds(10))
      socket?.send(sayings[number % sayings.count])
      return socket
    }
    #expect(crowd.allSatisfy { $0 != nil })
    let begun = ContinuousClock.now
    #expect(try PageAnswer.get("/health", port: port).body == "ok\n")
    #expect(ContinuousClock.now - begun < .seconds(5), "who wants little does not wait for those who want much")
    let seen = try prober.stop()
    #expect(seen.failures == [] && seen.count > 10)
    #expect(seen.slowest < .seconds(1), "HAProxy would have waited 2 s")
    let connections = try PageAnswer.get("/metrics", port: port).body.split(separator: "\n")
      .first { $0.hasPrefix("agentcheckd_http_connections ") }?.split(separator: " ").last
    #expect((Int(connections ?? "") ?? .max) <= 64)
    #expect(agent.process.isRunning)
    withExtendedLifetime(crowd) {}
  }

  /// A real Prometheus scrapes, takes all of it, and knows what is said.
  @Test func prometheusScrapes() throws {
    let (port, own) = (try Socket.freePort(), try Socket.freePort())
    let agent = try AgentProcess(rules: Self.rules(observe: port))
    _ = try agent.firstReply()
    let folder = try TemporaryFolder()
    let file = try folder.write(
      """
      scrape_configs:
        - job_name: agentcheckd
          scrape_interval: 300ms
          scrape_timeout: 300ms
          static_configs: [{targets: ["127.0.0.1:\(port)"]}]
      """, to: "prometheus.yml")
    let prometheus = try ChildProcess(
      "/usr/bin/prometheus",
      [
        "--config.file=\(file)", "--storage.tsdb.path=\(folder.path)/data", "--web.listen-address=127.0.0.1:\(own)",
        "--log.level=warn",
      ])
    func value(of query: String) throws -> String? {
      let encoded = query.utf8.map { byte in
        let isPlain = (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
        return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }.joined()
      guard let answer = try? PageAnswer.get("/api/v1/query?query=\(encoded)", port: own),
        let root = try? JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any],
        let data = root["data"] as? [String: Any], let result = data["result"] as? [[String: Any]],
        let pair = result.first?["value"] as? [Any]
      else { return nil }
      return pair.last as? String
    }
    func waitForValue(_ wanted: String, of query: String) throws {
      var last: String?
      try wait(
        for: "\(query) to be \(wanted)", within: .seconds(30), every: .milliseconds(100),
        or: { "It was \(last ?? "nothing").\n" + prometheus.lines.joined(separator: "\n") }
      ) {
        last = try value(of: query)
        return last == wanted ? () : nil
      }
    }
    try waitForValue("1", of: "up")
    try waitForValue("0.5", of: "agentcheckd_reply_weight_ratio{service=\"default\"}")
    try waitForValue("1", of: #"agentcheckd_rule_state{rule="quo\"te \\ back é",agentcheckd_rule_state="active"}"#)
    // What it has learned from the heads: it asks for OpenMetrics.
    try agent.reload(rules: Self.rules(observe: port, reply: "drain"))
    try waitForValue(
      "1", of: "agentcheckd_reply_administrative{agentcheckd_reply_administrative=\"drain\"}")
    try waitForValue("1", of: "agentcheckd_reloads_total")
    // It has nothing to complain of, as of a sample that it drops. What it says of its own end is not about us.
    #expect(prometheus.lines.filter { $0.contains("level=") } == [])
    prometheus.signal(SIGTERM)
    #expect(try prometheus.exit(within: .seconds(20)) == .code(0))
  }

  /// A real HAProxy checks by HTTP: 404 drains, 503 takes out.
  @Test func haproxyDrainsAndTakesOut() throws {
    let port = try Socket.freePort()
    func rules(_ reply: String) -> String {
      "interval: 100ms\nobserve: {balancers: \"127.0.0.1:\(port)\"}\nservices: {web: }\ndefault: \(reply)\n"
    }
    let agent = try AgentProcess(rules: rules("up"))
    _ = try agent.firstReply()
    let haproxy = try HAProxyProcess(
      options: ["option httpchk GET /health/web", "http-check disable-on-404"],
      [.init(name: "s", agentPort: agent.port, healthPort: port, hasAgent: false)])
    try haproxy.server("s", "is up") { $0.status == "UP" }
    for (reply, status, load) in [
      ("0%", "NOLB", "100"), ("100%", "UP", "0"), ("drain", "NOLB", "102"), ("down", "DOWN", "101"),
      ("up", "UP", "0"), ("maint", "DOWN", "102"),
    ] {
      try agent.reload(rules: rules(reply))
      try haproxy.server("s", "is \(status) for \(reply)") { $0.status == status }
      #expect(try PageAnswer.get("/load", port: port).body == "\(load)\n")
    }
    // Here is nothing else.
    #expect(try PageAnswer.get("/metrics", port: port).status == 404)
  }

  @Test func theTextFileIsThereAsLongAsItIsTrue() throws {
    let folder = try TemporaryFolder()
    func rules(_ name: String) -> String {
      "observe: {textfile: \(folder.path)/\(name)}\nrules:\n  - reply: 50%\n"
    }
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
    let agent = try AgentProcess(rules: rules("a.prom"))
    let file = try wait(for: "the file") { try? String(contentsOfFile: folder.path + "/a.prom", encoding: .utf8) }
    #expect(try Self.run("/usr/bin/promtool", ["check", "metrics"], reading: file) == "")
    #expect(file.contains("agentcheckd_reply_weight_ratio{service=\"default\"} 0.5\n"))
    let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/a.prom")[.posixPermissions] as? Int
    #expect(mode == 0o644)
    try agent.reload(rules: rules("b.prom"))
    try wait(for: "the other file alone") { try names() == ["b.prom"] ? () : nil }
    // A folder that is not there is said once, and everything else goes on.
    try agent.reload(rules: rules("missing/c.prom"))
    try agent.process.line(containing: "cannot write \(folder.path)/missing/c.prom")
    #expect(try Probe(port: agent.port).line == "50% up # rule 1")
    try agent.reload(rules: rules("d.prom"))
    try wait(for: "the last file") { try names() == ["d.prom"] ? () : nil }
    #expect(try agent.stop() == .code(0))
    #expect(try names() == [])
  }

  /// An address that cannot be had keeps the old rules in force, at the start as at a reload.
  @Test func anAddressThatIsTaken() throws {
    let taken = try Socket.listening(on: try Socket.freePort())
    let refused = try AgentProcess(rules: Self.rules(observe: taken.port))
    #expect(try refused.process.exit() == .code(1))
    #expect(refused.process.lines.contains { $0.contains("choose another port under 'observe:'") })

    let ports = [try Socket.freePort(), try Socket.freePort()]
    let agent = try AgentProcess(rules: Self.rules(observe: ports[0]))
    _ = try agent.firstReply()
    let prober = ContinuousProber(port: agent.port)
    try agent.reload(rules: Self.rules(observe: taken.port, reply: "down"), saying: "cannot listen on")
    #expect(try PageAnswer.get("/health/default", port: ports[0]).status == 200)
    try agent.reload(rules: Self.rules(observe: ports[1]))
    #expect(try PageAnswer.get("/metrics", port: ports[1]).body.contains("agentcheckd_reload_failures_total 1\n"))
    #expect(try Probe(port: ports[0]).end == .refused)
    #expect(try prober.stop().failures == [])
  }
}
