// Probes below `metrics:`: what they tell, and that nothing that they ask can hang or outlive the daemon.

import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct AskedMetricsTests {
  /// Nagios plugins as Debian has them: exit codes and performance data.
  @Test func nagiosPluginsWorkUnchanged() throws {
    let server = try WebServer(WebServer.page("fine"))
    let plugins = "/usr/lib/nagios/plugins"
    let agent = try AgentProcess(
      rules: """
        interval: 100ms
        metrics:
          one: {exec: [\(plugins)/check_load, -w, "1000,1000,1000", -c, "2000,2000,2000"], field: load1, timeout: 10s}
          space: {exec: [\(plugins)/check_disk, -w, "0", -c, "0", -p, /], field: /, unit: bytes, timeout: 10s}
          page: {exec: [\(plugins)/check_http, -H, 127.0.0.1, -p, "\(server.port)", -s, fine], field: time, unit: seconds, timeout: 10s}
          missing: {exec: [\(plugins)/check_http, -H, 127.0.0.1, -p, "\(server.port)", -s, other], timeout: 10s}
          many: {exec: [\(plugins)/check_procs, -w, "0", -c, "1000000"], field: procs, timeout: 10s}
        rules:
          - {name: one, when: one.ok and one.status == 0 and one >= 0, reply: up, dry-run: true}
          - {name: space, when: space.ok and space > 1M and filesystem("/").used / space > 0.9 and filesystem("/").used / space < 1.1, reply: up, dry-run: true}
          - {name: page, when: page.ok and page > 0ms and page < 10s, reply: up, dry-run: true}
          - {name: missing, when: missing.status == 2 and not missing.ok and not known(missing), reply: up, dry-run: true}
          - {name: many, when: many > 1 and many.status == 1 and not many.ok and many.duration > 0ms, reply: up, dry-run: true}
        """)
    for name in ["one", "space", "page", "missing", "many"] {
      try agent.process.line(within: .seconds(20), containing: "rule '\(name)' (dry run) is active")
    }
    try agent.process.line(containing: "missing is unknown: \(plugins)/check_http: exit code 2: HTTP CRITICAL")
    #expect(try agent.stop() == .code(0))
  }

  /// Servers that answer, in whatever way, and those that never finish.
  @Test func serversAreAsked() throws {
    let good = try WebServer { connection in
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      for piece in ["{\"queue\":{\"de", "pth\":12},", "\"up\":true}"] {
        connection.send("\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n")
      }
      connection.send("0\r\n\r\n")
      _ = connection.readToEnd()
    }
    let failing = try WebServer(WebServer.page("{\"queue\":{\"length\":3}}", status: "503 Busy"))
    let moved = try WebServer(WebServer.page("", status: "302 Found", head: "Location: http://127.0.0.1/new\r\n"))
    let slow = try WebServer { connection in
      for byte in "HTTP/1.1 200 OK\r\n\r\n12" {
        connection.send(String(byte))
        pause(.milliseconds(300))
      }
    }
    let endless = try WebServer { connection in
      connection.send("HTTP/1.1 200 OK\r\n\r\n")
      while connection.send(String(repeating: "x", count: 100_000)) {}
    }
    let rules = """
      interval: 100ms
      metrics:
        depth: {http: "http://127.0.0.1:\(good.port)/health?a=b", field: /queue/depth, every: 500ms, timeout: 400ms, stale: 0s}
        up: {http: "http://localhost:\(good.port)/health?a=b", field: /up, expect: '"up":true'}
        other: {http: "http://127.0.0.1:\(good.port)/health?a=b", field: /queue/depth, expect: nothing like it, every: 500ms}
        busy: {http: "http://127.0.0.1:\(failing.port)/", field: /queue/depth}
        moved: {http: "http://127.0.0.1:\(moved.port)/"}
        slow: {http: "http://127.0.0.1:\(slow.port)/", timeout: 700ms}
        endless: {http: "http://127.0.0.1:\(endless.port)/", field: /a, every: 500ms, timeout: 500ms}
        closed: {http: "http://127.0.0.1:\(try Socket.freePort())/"}
      rules:
        - {name: deep, when: depth > 10, reply: 50%}
        - {name: lost, when: not depth.ok, reply: 40%}
        - {name: yes, when: up == 1 and up.ok and up.status == 200, reply: up, dry-run: true}
        - {name: expected, when: not other.ok and other == 12, reply: up, dry-run: true}
        - {name: busy, when: busy.status == 503 and not busy.ok and not known(busy), reply: up, dry-run: true}
        - {name: moved, when: moved.status == 302 and not moved.ok and not known(moved), reply: up, dry-run: true}
        - {name: slow, when: not slow.ok and not known(slow) and slow.duration >= 700ms, reply: up, dry-run: true}
        - {name: endless, when: endless.ok and not known(endless), reply: up, dry-run: true}
        - {name: closed, when: not closed.ok and not known(closed), reply: up, dry-run: true}
      """
    let agent = try AgentProcess(rules: rules)
    // Nothing is said before the slowest has had its time.
    #expect(try agent.firstReply() == "")
    try agent.reply("50% up # deep")
    for name in ["yes", "expected", "busy", "moved", "slow", "endless", "closed"] {
      try agent.process.line(containing: "rule '\(name)' (dry run) is active")
    }
    for (name, port, reason) in [
      ("busy", failing.port, "/: status 503; no such JSON field '/queue/depth'; the body has '/queue/length'"),
      (
        "moved", moved.port,
        "/: status 302, a redirection to 'http://127.0.0.1/new', which is not followed; the body is no number: ''"
      ),
      ("slow", slow.port, "/: timed out after 700ms, while waiting for an answer"),
      ("endless", endless.port, "/: the body is longer than 64 KiB"),
    ] {
      try agent.process.line(containing: "\(name) is unknown: http://127.0.0.1:\(port)\(reason)")
    }
    try agent.process.line(containing: "/: connection refused")
    let request = try #require(good.requests.first)
    #expect(request.hasPrefix("GET /health?a=b HTTP/1.1\r\nHost: "))
    #expect(request.contains("\r\nConnection: close\r\n") && request.hasSuffix("\r\n\r\n"))

    // A server that stops answering, and comes back; meanwhile replies go out as ever, and nothing is left behind.
    let prober = ContinuousProber(port: agent.port)
    let descriptors = try agent.process.descriptors()
    good.change(to: { connection in
      connection.setPatience(.seconds(2))
      _ = connection.readToEnd()
    })
    try agent.reply("40% up # lost")
    try agent.process.line(
      containing: "probe 'depth' fails: http://127.0.0.1:\(good.port)/health?a=b: timed out after 400ms")
    good.change(to: WebServer.page(#"{"queue":{"depth":11}}"#))
    try agent.reply("50% up # deep")
    let lines = agent.process.lines.filter { $0.contains("depth is unknown") }
    #expect(lines.count == 1, "\(lines)")
    let seen = try prober.stop()
    #expect(seen.failures == [])
    #expect(seen.slowest < .seconds(1))
    try wait(for: "as many descriptors as before") { try agent.process.descriptors() <= descriptors + 2 ? () : nil }

    // What has not changed keeps its value over a reload, though nobody answers at the moment.
    good.change(to: { _ in })
    try agent.reload(
      rules: rules.replacing("stale: 0s", with: "stale: 1h").replacing("reply: 40%", with: "dry-run: true, reply: 40%"))
    #expect(try agent.stop() == .code(0))
  }

  /// Programs that do not end, hide, or leave others behind; and a mount that hangs when one is started or a file is read.
  @Test func nothingHangsAndNothingIsLeft() throws {
    let mount = try HangingFileSystem()
    let folder = try TemporaryFolder()
    let fifo = folder.path + "/fifo"
    mkfifo(fifo, 0o600)
    let mark = "agentcheckd-test-\(UUID().uuidString)"
    // The mark tells the processes of this test from all others.
    let agent = try AgentProcess(
      rules: """
        interval: 100ms
        metrics:
          deaf: {exec: [/bin/sh, -c, "trap '' TERM INT HUP; sleep 997 & wait; wait", \(mark)], every: 600ms, timeout: 300ms}
          daemon: {exec: [/bin/sh, -c, "echo 5; sleep 998 & exec >&-; exit 0", \(mark)], every: 10s, timeout: 10s}
          pipe: {file: \(fifo), every: 300ms}
          read: {exec: [/bin/cat, \(fifo)], every: 600ms, timeout: 300ms}
          mounted: {file: \(mount.mountPoint)/number, every: 200ms, timeout: 200ms, stale: 400ms}
          program: {exec: [\(mount.mountPoint)/number], every: 400ms, timeout: 300ms}
        rules:
          - {name: five, when: daemon == 5 and daemon.ok, reply: 90%}
          - {name: deaf, when: not deaf.ok and not known(deaf), reply: up, dry-run: true}
          - {name: pipe, when: not pipe.ok and not read.ok, reply: up, dry-run: true}
          - {name: mounted, when: mounted.ok and known(mounted), reply: 80%}
          - {name: lost, when: not mounted.ok and not known(mounted), reply: 70%}
          - {name: program, when: not program.ok, reply: up, dry-run: true}
        """)
    try agent.reply("80% up # mounted")
    try agent.process.line(containing: "rule 'deaf' (dry run) is active")
    try agent.process.line(containing: "rule 'pipe' (dry run) is active")
    try agent.process.line(containing: "deaf is unknown: /bin/sh: timed out after 300ms")
    try agent.process.line(
      containing: "probe 'program' fails: \(mount.mountPoint)/number: cannot be run: permission denied")

    let prober = ContinuousProber(port: agent.port)
    for gate in ["open", "read", "getattr"] { try mount.close(gate) }
    try agent.reply("70% up # lost")
    try agent.process.line(containing: "probe 'mounted' fails: \(mount.mountPoint)/number: timed out after 200ms")
    let descriptors = try agent.process.descriptors()
    let memory = try agent.process.anonymousKilobytes()
    pause(.milliseconds(1500))
    // However often the mount is asked for, no more than one process for each question hangs in it.
    #expect(try agent.process.children().count <= 10)
    #expect(try agent.process.descriptors() <= descriptors + 8)
    for gate in ["open", "read", "getattr"] { mount.open(gate) }
    try agent.reply("80% up # mounted")
    let seen = try prober.stop()
    #expect(seen.failures == [])
    #expect(seen.slowest < .seconds(1))
    // A sanitizer keeps what was freed from being used again.
    if ProcessInfo.processInfo.environment["ASAN_OPTIONS"] == nil {
      #expect(try agent.process.anonymousKilobytes() < memory + 1000)
    }

    #expect(try agent.stop() == .code(0))
    try wait(for: "the end of all that it has started") { try Self.processes(with: mark).isEmpty ? () : nil }
  }

  /// The daemon ends in any way: what it has started ends with it, grandchildren included.
  @Test(arguments: [SIGTERM, SIGKILL]) func programsEndWithTheDaemon(_ signal: Int32) throws {
    let mark = "agentcheckd-test-\(UUID().uuidString)"
    let agent = try AgentProcess(
      rules: """
        interval: 100ms
        metrics:
          long: {exec: [/bin/sh, -c, "sh -c 'sleep 996; true' \(mark)-child; true", \(mark)], every: 1h, timeout: 1h}
        rules: [{when: long > 1, reply: 50%}]
        """)
    try wait(for: "the program and its child") { try Self.processes(with: mark).count == 2 ? () : nil }
    _ = try agent.stop(signal)
    try wait(for: "the end of both") { try Self.processes(with: mark).isEmpty ? () : nil }
  }

  /// The processes that have a text among their arguments.
  private static func processes(with mark: String) throws -> [pid_t] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter { number in
      guard let line = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") else { return false }
      return line.range(of: Data(mark.utf8)) != nil
    }
  }
}
