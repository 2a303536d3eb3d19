// Debian's HAProxy, on ports and a stats socket of the test's own: where the effect of a reply shows.

import Foundation

/// A running HAProxy with one backend, `b`. Without an HAProxy on this machine the test fails.
final class HAProxyProcess: Sendable {
  /// A server line of the backend.
  struct Line {
    var name: String
    /// Where the agent answers.
    var agentPort: Int
    var weight = 100
    /// What `agent-send` says, a line feed added.
    var agentSend: String?
    /// Where the server takes connections for health checks; without it there are none.
    var healthPort: Int?
    /// Whether the agent is asked.
    var hasAgent = true
  }

  /// What HAProxy knows about a server.
  struct Server: Equatable, CustomStringConvertible {
    /// As on the statistics page: `UP`, `DOWN (agent)`, `DRAIN (agent)`, `MAINT (agent)`, `no check`.
    var status: String
    /// The weight in use, of the whole that the server line says.
    var weight: Int
    /// The most connections; absent for unlimited.
    var maxconn: Int?
    /// The result of the last agent check that ended: `L7OK`, `L7STS`, `L4CON`. Empty before the first.
    var agentStatus: String
    /// What the agent said of its own health, and why: `via agent : down (disk full)`.
    var lastAgent: String
    /// `srv_admin_state`: 1 maintenance, 8 drain, by whomever.
    var administrativeBits: Int
    /// `srv_op_state`: 0 down, 2 up.
    var operational: Int

    var description: String {
      "\(status), weight \(weight), maxconn \(maxconn.map { "\($0)" } ?? "unlimited"), agent \(agentStatus) '\(lastAgent)', "
        + "administrative bits \(administrativeBits), operational \(operational)"
    }
  }

  /// The process: its log is among its lines.
  let process: ChildProcess
  private let folder: TemporaryFolder

  /// Starts it, and waits until it can be asked. It checks every 100 ms, from 127.0.0.`host`. `options` are further lines
  /// of the backend.
  init(
    executable: String = "/usr/sbin/haproxy", from host: UInt8 = 1, options: [String] = [], _ lines: [Line]
  ) throws {
    folder = try TemporaryFolder()
    let configuration = """
      global
        stats socket \(folder.path)/stats level admin
      defaults
        mode tcp
        timeout connect 1s
        timeout client 1s
        timeout server 1s
      backend b
        source 127.0.0.\(host)
      \(options.map { "  \($0)" }.joined(separator: "\n"))
      \(lines.map(Self.text).joined(separator: "\n"))

      """
    let file = try folder.write(configuration, to: "haproxy.cfg")
    guard FileManager.default.isExecutableFile(atPath: executable) else {
      throw Failure("\(executable) is needed for this test: apt-get install haproxy")
    }
    process = try ChildProcess(executable, ["-db", "-f", file])
    try wait(for: "HAProxy's stats socket", or: { process.lines.joined(separator: "\n") }) {
      guard process.isRunning else { throw Failure("HAProxy ended:\n" + process.lines.joined(separator: "\n")) }
      return (try? command("show info")).flatMap { $0.isEmpty ? nil : () }
    }
  }

  private static func text(_ line: Line) -> String {
    // Where the agent's connections go is where the health checks go, too, unless they have a port of their own.
    var text = "  server \(line.name) 127.0.0.1:\(line.healthPort ?? line.agentPort) weight \(line.weight)"
    if line.hasAgent { text += " agent-check agent-port \(line.agentPort) agent-inter 100ms" }
    if let sent = line.agentSend { text += " agent-send \(sent)\\n" }
    if line.healthPort != nil { text += " check inter 100ms fall 2 rise 1" }
    return text
  }

  /// Says something on the stats socket, as an operator would, and returns the answer.
  @discardableResult func command(_ text: String) throws -> String {
    let socket = try Socket.connected(toPath: "\(folder.path)/stats")
    socket.send(text + "\n")
    let (bytes, end) = socket.readToEnd()
    guard end == .ended else { throw Failure("HAProxy did not answer '\(text)'") }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `get weight`: the weight in use, and the one in the configuration.
  func weight(of name: String) throws -> (used: Int, configured: Int) {
    let numbers = try command("get weight b/\(name)").split { !$0.isNumber }.compactMap { Int($0) }
    guard numbers.count == 2 else { throw Failure("HAProxy does not tell the weight of \(name)") }
    return (numbers[0], numbers[1])
  }

  /// What it knows about a server now: between two agent checks if it can be had, as some of it is hidden while one runs.
  func server(_ name: String) throws -> Server {
    var last: Server?
    let settled = try? wait(for: "the end of the agent check", within: .seconds(1)) { () -> Server? in
      guard let (server, isChecking) = try look(at: name) else { return nil }
      last = server
      return isChecking ? nil : server
    }
    guard let server = settled ?? last else { throw Failure("HAProxy knows nothing of server \(name)") }
    return server
  }

  /// Absent if it changed while it was looked at: what is shown of it stands in two tables.
  private func look(at name: String) throws -> (server: Server, isChecking: Bool)? {
    let answers = try command("show servers state b;show stat b -1 -1;show servers state b").split(separator: "\n\n")
    guard answers.count == 3, answers[0] == answers[2], let version = answers[0].firstIndex(where: { $0.isNewline })
    else { return nil }
    // The first line is the version of the table.
    let states = try table(String(answers[0][version...].dropFirst()), separator: " ")
    let rows = try table(String(answers[1]), separator: ",")
    guard let row = rows.first(where: { $0["svname"] == name }), let status = row["status"],
      let weight = row["weight"].flatMap({ Int($0) }), let agentStatus = row["agent_status"],
      let state = states.first(where: { $0["srv_name"] == name }),
      let bits = state["srv_admin_state"].flatMap({ Int($0) }),
      let operational = state["srv_op_state"].flatMap({ Int($0) })
    else { return nil }
    let isChecking = agentStatus.hasPrefix("* ")
    let server = Server(
      status: status, weight: weight, maxconn: row["slim"].flatMap { Int($0) },
      agentStatus: isChecking ? String(agentStatus.dropFirst(2)) : agentStatus, lastAgent: row["last_agt"] ?? "",
      administrativeBits: bits, operational: operational)
    return (server, isChecking)
  }

  /// Waits until a server is as wanted, and returns how it then is.
  @discardableResult func server(
    _ name: String, within deadline: Duration = .seconds(10), _ what: String, where isWanted: (Server) throws -> Bool
  ) throws -> Server {
    var last: Server?
    return try wait(
      for: "server \(name) \(what)", within: deadline, or: { "It was: \(last?.description ?? "unknown")." }
    ) {
      let server = try server(name)
      last = server
      return try isWanted(server) ? server : nil
    }
  }
}
